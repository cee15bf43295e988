# etcd, the API server and its controllers, and who may speak to them.
# shellcheck shell=bash disable=SC2154 # `dir`, `bin`, `api`, `issuer` and `node_ip` come from testbed.sh

cert() { # NAME SUBJECT [SAN]
  openssl req -newkey rsa:2048 -nodes -keyout "pki/$1.key" -out "pki/$1.csr" -subj "$2" 2>/dev/null
  printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth,clientAuth\n' "${3:-DNS:$1}" >"pki/$1.ext"
  openssl x509 -req -in "pki/$1.csr" -CA pki/ca.crt -CAkey pki/ca.key -CAcreateserial -days 30 \
    -extfile "pki/$1.ext" -out "pki/$1.crt" 2>/dev/null
}

kubeconfig() { # NAME FILE: everything inline, as a user would paste it
  cat >"$2" <<YAML
apiVersion: v1
kind: Config
clusters: [{name: testbed, cluster: {server: "$api", certificate-authority-data: $(base64 -w0 pki/ca.crt)}}]
users: [{name: $1, user: {client-certificate-data: $(base64 -w0 "pki/$1.crt"), client-key-data: $(base64 -w0 "pki/$1.key")}}]
contexts: [{name: testbed, context: {cluster: testbed, user: $1}}]
current-context: testbed
YAML
}

certificates() {
  openssl req -x509 -newkey rsa:2048 -nodes -keyout pki/ca.key -out pki/ca.crt -days 30 -subj "/CN=testbed" 2>/dev/null
  openssl genrsa -out pki/sa.key 2048 2>/dev/null && openssl rsa -in pki/sa.key -pubout -out pki/sa.pub 2>/dev/null
  cert apiserver /CN=kube-apiserver "IP:127.0.0.1,IP:10.96.0.1,IP:$node_ip,DNS:localhost,DNS:kubernetes.default.svc"
  cert admin "/O=system:masters/CN=admin"
  cert kcm /CN=system:kube-controller-manager
  cert scheduler /CN=system:kube-scheduler
  cert node "/O=system:nodes/CN=system:node:node-1" "DNS:node-1,IP:$node_ip"
  cert proxy /CN=system:kube-proxy
  cert front /CN=front-proxy
  cert metrics "/O=system:masters/CN=metrics-server" "IP:$node_ip,DNS:metrics-server.kube-system.svc"
  cert oidc /CN=issuer IP:127.0.0.1 # for a test that plays the issuer of authn.yaml
  local name
  for name in kcm scheduler node proxy metrics; do kubeconfig $name pki/$name.kubeconfig; done
  kubeconfig admin admin.kubeconfig
}

# The server asks the issuer every ten seconds until it answers, and reads this file again when it changes.
authentication() {
  cat >authn.yaml <<YAML
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
jwt:
- issuer:
    url: $issuer
    audiences: [orchcli]
    certificateAuthority: |
$(sed 's/^/      /' pki/ca.crt)
  claimMappings: {username: {claim: sub, prefix: "oidc:"}}
YAML
  echo "$issuer" >oidc.issuer
}

start_control_plane() {
  ip link show orchtb0 >/dev/null 2>&1 || ip link add orchtb0 type bridge
  ip addr replace "$node_ip/24" dev orchtb0 && ip link set orchtb0 up
  certificates
  authentication
  spawn etcd etcd --data-dir etcd --unsafe-no-fsync --listen-client-urls http://127.0.0.1:12379 \
    --advertise-client-urls http://127.0.0.1:12379 --listen-peer-urls http://127.0.0.1:12380
  start_api
  spawn kube-controller-manager "$bin/kube-controller-manager" --kubeconfig pki/kcm.kubeconfig --leader-elect=false \
    --service-account-private-key-file pki/sa.key --root-ca-file pki/ca.crt --use-service-account-credentials \
    --bind-address 127.0.0.1 --horizontal-pod-autoscaler-sync-period 5s
  spawn kube-scheduler "$bin/kube-scheduler" --kubeconfig pki/scheduler.kubeconfig --leader-elect=false \
    --bind-address 127.0.0.1
}

start_api() {
  ! ours kube-apiserver || return 0
  spawn kube-apiserver "$bin/kube-apiserver" --etcd-servers http://127.0.0.1:12379 \
    --bind-address 127.0.0.1 --secure-port "${api##*:}" --advertise-address "$node_ip" \
    --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key --client-ca-file pki/ca.crt \
    --service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key \
    --service-account-issuer https://kubernetes.default.svc --service-cluster-ip-range 10.96.0.0/16 \
    --authentication-config authn.yaml --authorization-mode Node,RBAC --allow-privileged \
    --enable-aggregator-routing --shutdown-delay-duration 0s \
    --kubelet-client-certificate pki/admin.crt --kubelet-client-key pki/admin.key \
    --kubelet-certificate-authority pki/ca.crt --kubelet-preferred-address-types InternalIP \
    --requestheader-client-ca-file pki/ca.crt --requestheader-allowed-names front-proxy \
    --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
    --requestheader-extra-headers-prefix X-Remote-Extra- \
    --proxy-client-cert-file pki/front.crt --proxy-client-key-file pki/front.key
  until_ok 60 kube-apiserver kubectl get --raw /readyz
}

start_metrics() {
  spawn metrics-server "$bin/metrics-server" --kubeconfig pki/metrics.kubeconfig \
    --authentication-kubeconfig pki/metrics.kubeconfig --authorization-kubeconfig pki/metrics.kubeconfig \
    --bind-address "$node_ip" --secure-port 4443 --metric-resolution 10s --kubelet-request-timeout 5s \
    --tls-cert-file pki/metrics.crt --tls-private-key-file pki/metrics.key \
    --kubelet-certificate-authority pki/ca.crt --kubelet-preferred-address-types InternalIP
}

stop_control_plane() {
  halt metrics-server kube-scheduler kube-controller-manager kube-apiserver etcd
  ip link del orchtb0 2>/dev/null || true
}
