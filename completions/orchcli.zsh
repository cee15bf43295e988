#compdef orchcli

autoload -U is-at-least

_orchcli() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'-C+[Act as if started in this folder]:DIR:_files' \
'--directory=[Act as if started in this folder]:DIR:_files' \
'-o+[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--output=[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--color=[When to use colours]:WHEN:((auto\:"On a terminal that has them, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Only errors and requested data]' \
'--quiet[Only errors and requested data]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
":: :_orchcli_commands" \
"*::: :->orchcli" \
&& ret=0
    case $state in
    (orchcli)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:orchcli-command-$line[1]:"
        case $line[1] in
            (serve)
_arguments "${_arguments_options[@]}" : \
'--host=[Address to listen on \[default\: 127.0.0.1; 0.0.0.0 in a container or with --release\]]:ADDR:_default' \
'--port=[Port of the API and the console; 0 takes any free one \[default\: 3000\]]:N:_default' \
'--console-port=[Where the console is served \[default\: same\]]:N|off|same:_default' \
'--config=[Configuration file \[default\: config.yaml, when there is one\]]:FILE:_files' \
'--store=[Where documents are stored\: sqlite, or a mongodb\:// address \[default\: sqlite\]]:URL:_default' \
'--data-dir=[Folder of the store and the generated secrets \[default\: \$XDG_DATA_HOME/orchcli, as root /var/lib/orchcli\]]:DIR:_default' \
'--log-format=[How log lines look\: text or json \[default\: text\]]:FORMAT:_default' \
'--log-level=[Least severe log line\: error, warn, info, debug or trace \[default\: info\]]:LEVEL:_default' \
'--pid-file=[Write the process id into this file while the server runs]:FILE:_files' \
'--ready-file=[Write the address into this file once the server listens]:FILE:_files' \
'--shutdown-timeout=[How long a stop waits for requests in flight \[default\: 10s\]]:DURATION:_default' \
'-C+[Act as if started in this folder]:DIR:_files' \
'--directory=[Act as if started in this folder]:DIR:_files' \
'-o+[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--output=[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--color=[When to use colours]:WHEN:((auto\:"On a terminal that has them, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--release[Release mode\: secrets must be set, insecure shortcuts are refused]' \
'--print-config[Show every setting and where it comes from, and do nothing else]' \
'--check[Validate the configuration, and do nothing else]' \
'-q[Only errors and requested data]' \
'--quiet[Only errors and requested data]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(render)
_arguments "${_arguments_options[@]}" : \
'--values=[Run values in a file of their own\: secrets and envVars by node id]:FILE:_files' \
'-C+[Act as if started in this folder]:DIR:_files' \
'--directory=[Act as if started in this folder]:DIR:_files' \
'-o+[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--output=[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--color=[When to use colours]:WHEN:((auto\:"On a terminal that has them, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Only errors and requested data]' \
'--quiet[Only errors and requested data]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':file -- JSON or YAML\: nodes and edges, a workflow, or a workflow with run values; - reads stdin:_files' \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'-C+[Act as if started in this folder]:DIR:_files' \
'--directory=[Act as if started in this folder]:DIR:_files' \
'-o+[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--output=[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--color=[When to use colours]:WHEN:((auto\:"On a terminal that has them, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'--install[Write the script into the folder where the shell of this user looks for it]' \
'(--install)--print-path[Print where --install would write it]' \
'-q[Only errors and requested data]' \
'--quiet[Only errors and requested data]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::shell -- The shell; the one in $SHELL when left out:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(version)
_arguments "${_arguments_options[@]}" : \
'-C+[Act as if started in this folder]:DIR:_files' \
'--directory=[Act as if started in this folder]:DIR:_files' \
'-o+[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--output=[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--color=[When to use colours]:WHEN:((auto\:"On a terminal that has them, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Only errors and requested data]' \
'--quiet[Only errors and requested data]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
'()--man=[Write the man pages into this folder instead]:DIR:_files' \
'-C+[Act as if started in this folder]:DIR:_files' \
'--directory=[Act as if started in this folder]:DIR:_files' \
'-o+[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--output=[Form of results and errors]:OUTPUT:((text\:"For people"
json\:"One JSON document"
ndjson\:"One JSON object a line"
yaml\:"The JSON document as YAML"))' \
'--color=[When to use colours]:WHEN:((auto\:"On a terminal that has them, unless \`NO_COLOR\` is set"
always\:"Always"
never\:"Never"))' \
'-q[Only errors and requested data]' \
'--quiet[Only errors and requested data]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::topic -- A command, or a topic\: exit-codes, environment:_default' \
&& ret=0
;;
        esac
    ;;
esac
}

(( $+functions[_orchcli_commands] )) ||
_orchcli_commands() {
    local commands; commands=(
'serve:Run the server' \
'render:Print the Kubernetes manifests of a workflow graph, offline' \
'completions:Print the completion script of a shell' \
'version:Show what this program is' \
'help:Explain a command or a topic, or write the man pages' \
    )
    _describe -t commands 'orchcli commands' commands "$@"
}
(( $+functions[_orchcli__subcmd__completions_commands] )) ||
_orchcli__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'orchcli completions commands' commands "$@"
}
(( $+functions[_orchcli__subcmd__help_commands] )) ||
_orchcli__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'orchcli help commands' commands "$@"
}
(( $+functions[_orchcli__subcmd__render_commands] )) ||
_orchcli__subcmd__render_commands() {
    local commands; commands=()
    _describe -t commands 'orchcli render commands' commands "$@"
}
(( $+functions[_orchcli__subcmd__serve_commands] )) ||
_orchcli__subcmd__serve_commands() {
    local commands; commands=()
    _describe -t commands 'orchcli serve commands' commands "$@"
}
(( $+functions[_orchcli__subcmd__version_commands] )) ||
_orchcli__subcmd__version_commands() {
    local commands; commands=()
    _describe -t commands 'orchcli version commands' commands "$@"
}

if [ "$funcstack[1]" = "_orchcli" ]; then
    _orchcli "$@"
else
    compdef _orchcli orchcli
fi
