# The one node: containerd, kubelet, kube-proxy, and the image its pods run.
# shellcheck shell=bash disable=SC2154 # `dir`, `run`, `bin` and `node_ip` come from testbed.sh

ctr() { command ctr -a "$run/containerd.sock" -n k8s.io "$@"; }

start_node() {
  cat >containerd.toml <<TOML
version = 2
root = "$dir/containerd"
state = "$run/containerd"
[grpc]
address = "$run/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "testbed/busybox:1"
restrict_oom_score_adj = true # a container host may not lower it
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "/usr/lib/cni"
conf_dir = "$dir/cni"
TOML
  cat >cni/10-bridge.conflist <<JSON
{"cniVersion": "0.4.0", "name": "testbed", "plugins": [
  {"type": "bridge", "bridge": "orchtb1", "isGateway": true,
   "ipam": {"type": "host-local", "dataDir": "$run/leases", "ranges": [[{"subnet": "10.88.0.0/16"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
JSON
  cat >kubelet.yaml <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
failCgroupV1: false
cgroupDriver: cgroupfs
enforceNodeAllocatable: []
containerRuntimeEndpoint: unix://$run/containerd.sock
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $dir/pki/ca.crt}}
authorization: {mode: Webhook}
address: $node_ip
healthzPort: 0
failSwapOn: false
tlsCertFile: $dir/pki/node.crt
tlsPrivateKeyFile: $dir/pki/node.key
resolvConf: ""
evictionHard: {memory.available: 0%, nodefs.available: 0%, imagefs.available: 0%, nodefs.inodesFree: 0%}
imageGCHighThresholdPercent: 100
YAML
  cat >proxy.yaml <<YAML
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: iptables
clientConnection: {kubeconfig: $dir/pki/proxy.kubeconfig}
hostnameOverride: node-1
clusterCIDR: 10.88.0.0/16
conntrack: {maxPerCore: 0, tcpEstablishedTimeout: 0s, tcpCloseWaitTimeout: 0s}
YAML
  spawn containerd containerd -c containerd.toml
  until_ok 20 containerd ctr version
  busybox_image | ctr images import - >/dev/null
  spawn kubelet "$bin/kubelet" --config kubelet.yaml --kubeconfig pki/node.kubeconfig --root-dir "$dir/kubelet" \
    --hostname-override node-1 --node-ip "$node_ip"
  spawn kube-proxy "$bin/kube-proxy" --config proxy.yaml
}

busybox_image() { # a complete image archive from the static busybox, made without any container engine
  local work applet diff; work=$(mktemp -d)
  mkdir -p "$work/root/bin" "$work/root/tmp" "$work/root/etc"
  cp /bin/busybox "$work/root/bin/busybox"
  for applet in $(/bin/busybox --list); do [ "$applet" = busybox ] || ln -sf busybox "$work/root/bin/$applet"; done
  echo 'root:x:0:0:root:/:/bin/sh' >"$work/root/etc/passwd"
  tar -C "$work/root" --numeric-owner --owner 0 --group 0 -cf "$work/layer.tar" .
  diff=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
  cat >"$work/config.json" <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "config": {"Env": ["PATH=/bin"], "Cmd": ["sleep", "infinity"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$diff"]}}
JSON
  echo '[{"Config": "config.json", "RepoTags": ["testbed/busybox:1"], "Layers": ["layer.tar"]}]' >"$work/manifest.json"
  tar -C "$work" -cf - manifest.json config.json layer.tar
  rm -rf "$work"
}

stop_node() {
  halt kubelet kube-proxy
  local id
  for id in $(ctr tasks ls -q 2>/dev/null); do ctr tasks kill -s KILL "$id" >/dev/null 2>&1 || true; done
  sleep 1
  halt containerd
  end_shims
  local at
  while read -r at; do umount -l "$at" 2>/dev/null || true; done < <(
    awk -v dir="$dir/" -v run="$run/" 'index($2, dir) == 1 || index($2, run) == 1 {print $2}' /proc/self/mounts | sort -r)
  "$bin/kube-proxy" --cleanup >/dev/null 2>&1 || true
  for at in INPUT OUTPUT; do iptables -D $at -j KUBE-FIREWALL 2>/dev/null || true; done # the kubelet's own
  iptables -F KUBE-FIREWALL 2>/dev/null && iptables -X KUBE-FIREWALL || true
  ip link del orchtb1 2>/dev/null || true
}

end_shims() { # pods outlive a containerd that was killed; their shims are known by the socket they answer to
  local pid
  for pid in $(pgrep -f "^/usr/bin/containerd-shim.* -address $run/containerd.sock" || true); do
    pkill -9 -P "$pid" || true
    kill -9 "$pid" 2>/dev/null || true
  done
}
