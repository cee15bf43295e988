# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_orchcli_global_optspecs
    string join \n C/directory= o/output= color= q/quiet progress= no-emoji verbose y/yes no-input dry-run offline timeout= parallel= lock-timeout= ca-file= timings trace-file= p/project= user-config= file= project-name= profile= env-file= docker-host= context= h/help V/version
end

function __fish_orchcli_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_orchcli_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_orchcli_using_subcommand
    set -l cmd (__fish_orchcli_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c orchcli -n "__fish_orchcli_needs_command" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_needs_command" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_needs_command" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_needs_command" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_needs_command" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_needs_command" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_needs_command" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_needs_command" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_needs_command" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_needs_command" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_needs_command" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_needs_command" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_needs_command" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_needs_command" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_needs_command" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_needs_command" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_needs_command" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_needs_command" -s V -l version -d 'Print version'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "start" -d 'Start the local stack, and wait until it is ready'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "up" -d 'The same as start --detach'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "stop" -d 'Stop the local stack, and remove its containers and networks'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "down" -d 'Stop the local stack, and remove its containers and networks'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "restart" -d 'Start services of the local stack again'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "serve" -d 'Run the server'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "render" -d 'Print the Kubernetes manifests of a workflow graph, offline'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "logs" -d 'Show what the services wrote and write'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "exec" -d 'Run a command in a container of the stack'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "sh" -d 'Run a command in a container of the stack'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "config" -d 'Show what is in effect'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "completions" -d 'Print the completion script of a shell'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "version" -d 'Show what this program is'
complete -c orchcli -n "__fish_orchcli_needs_command" -f -a "help" -d 'Explain a command or a topic, or write the man pages'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l wait-timeout -d 'How long the services may take to become ready' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s d -l detach -d 'Leave it running and return'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l force-recreate -d 'Make every container anew'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l no-recreate -d 'Make no container anew, even if it is out of date'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l remove-orphans -d 'Remove containers of services that there are no more, whoever made them'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l keep-orphans -d 'Leave containers of services that there are no more'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l no-deps -d 'Without what the services depend on'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l no-wait -d 'Do not wait until the services are ready'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s V -l renew-anon-volumes -d 'Give new containers new anonymous volumes'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l wait-timeout -d 'How long the services may take to become ready' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s d -l detach -d 'Leave it running and return'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l force-recreate -d 'Make every container anew'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l no-recreate -d 'Make no container anew, even if it is out of date'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l remove-orphans -d 'Remove containers of services that there are no more, whoever made them'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l keep-orphans -d 'Leave containers of services that there are no more'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l no-deps -d 'Without what the services depend on'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l no-wait -d 'Do not wait until the services are ready'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s V -l renew-anon-volumes -d 'Give new containers new anonymous volumes'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s t -l grace -d 'How long a container may take to end [default: what its service says, else 10s]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l rmi -d 'Remove images too' -r -f -a "none\t'None'
local\t'Those that were built for the project'
all\t'All that its containers were made from'"
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s v -l volumes -d 'Remove the volumes too, with what is in them'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l keep-containers -d 'Stop containers, and leave them'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s t -l grace -d 'How long a container may take to end [default: what its service says, else 10s]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l rmi -d 'Remove images too' -r -f -a "none\t'None'
local\t'Those that were built for the project'
all\t'All that its containers were made from'"
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s v -l volumes -d 'Remove the volumes too, with what is in them'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l keep-containers -d 'Stop containers, and leave them'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s t -l grace -d 'How long a container may take to end' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l recreate -d 'Make anew what is out of date'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l no-deps -d 'Without the services that follow these'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l no-wait -d 'Do not wait until the services are ready'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand restart" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l host -d 'Address to listen on [default: 127.0.0.1; 0.0.0.0 in a container or with --release]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l port -d 'Port of the API and the console; 0 takes any free one [default: 3000]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l console-port -d 'Where the console is served [default: same]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l config -d 'Configuration file [default: config.yaml, when there is one]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l store -d 'Where documents are stored: sqlite, or a mongodb:// address [default: sqlite]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l data-dir -d 'Folder of the store and the generated secrets [default: $XDG_DATA_HOME/orchcli, as root /var/lib/orchcli]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l log-format -d 'How log lines look: text or json [default: text]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l log-level -d 'Least severe log line: error, warn, info, debug or trace [default: info]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l pid-file -d 'Write the process id into this file while the server runs' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l ready-file -d 'Write the address into this file once the server listens' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l shutdown-timeout -d 'How long a stop waits for requests in flight [default: 10s]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l release -d 'Release mode: secrets must be set, insecure shortcuts are refused'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l print-config -d 'Show every setting and where it comes from, and do nothing else'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l check -d 'Validate the configuration, and do nothing else'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l values -d 'Run values in a file of their own: secrets and envVars by node id' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand render" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l tail -d 'How many lines of each service, the last ones, before any is filtered out' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l since -d 'None from before: 10m, 2026-01-31, an RFC 3339 time, or seconds since 1970' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l until -d 'None from after' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l service -d 'Further services, separated by commas' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l grep -d 'Only lines that match this regular expression' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l level -d 'Only lines this severe or worse; a line that does not say is as the one before it' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s f -l follow -d 'Go on with what is written from now on, across restarts'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s t -l timestamps -d 'Show when each line was written'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l no-prefix -d 'Only the lines, not whose they are'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s v -l invert -d 'Only lines that do not match it'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l raw -d 'The bytes as they were written'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l previous -d 'What was written before the last start'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s i -l interactive -d 'Whether the command can read our standard input' -r -f -a "true\t''
false\t''"
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s u -l user -d 'Run as this user' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s w -l workdir -d 'Run in this folder of the container' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s e -l env -d 'A variable of the command; without a value it is ours' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l index -d 'Number of the container [default: the first that runs]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s T -l no-tty -d 'No terminal [default: one when stdin and stdout are terminals]'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l privileged -d 'Give the command every right'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s d -l detach -d 'Start the command and do not wait for it'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand exec" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s i -l interactive -d 'Whether the command can read our standard input' -r -f -a "true\t''
false\t''"
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s u -l user -d 'Run as this user' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s w -l workdir -d 'Run in this folder of the container' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s e -l env -d 'A variable of the command; without a value it is ours' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l index -d 'Number of the container [default: the first that runs]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s T -l no-tty -d 'No terminal [default: one when stdin and stdout are terminals]'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l privileged -d 'Give the command every right'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s d -l detach -d 'Start the command and do not wait for it'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand sh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "path" -d 'List the files in effect'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "list" -d 'List every value in effect'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "get" -d 'Print a value'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "set" -d 'Set a value in its file'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "unset" -d 'Take a value out of its file'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "edit" -d 'Edit a file; it takes its place when it is right'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "validate" -d 'Check all files'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "projects" -d 'List the registered projects'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "use" -d 'Make a project the current one: what reading commands are about where there is none'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "remove" -d 'Forget a project'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "migrate" -d 'Take over the projects that KubeOrch\'s own CLI knew'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "compose" -d 'Print the resolved Compose model in Compose\'s canonical form'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and not __fish_seen_subcommand_from path list get set unset edit validate projects use remove migrate compose schema" -f -a "schema" -d 'Print the JSON Schema of a file'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l scope -d 'Whose files' -r -f -a "user\t''
project\t''
all\t''"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from path" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l show-origin -d 'Show where each value comes from'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l scope -d 'Whose file [default: that of the key]' -r -f -a "user\t'The user\'s own'
project\t'`orchcli.yaml`'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from get" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l scope -d 'Whose file [default: that of the key]' -r -f -a "user\t'The user\'s own'
project\t'`orchcli.yaml`'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l scope -d 'Whose file [default: that of the key]' -r -f -a "user\t'The user\'s own'
project\t'`orchcli.yaml`'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from unset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l scope -d 'Whose file [default: project within one, else user]' -r -f -a "user\t'The user\'s own'
project\t'`orchcli.yaml`'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l prune -d 'Forget those whose folder is gone'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from projects" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from migrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l hash -d 'Only the hash of each service, or of one' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l format -d 'Form of the model [default: yaml]' -r -f -a "yaml\t''
json\t''"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l services -d 'Only the names of the services'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l images -d 'Only the images of the services'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l volumes -d 'Only the volumes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l profiles -d 'Only the profiles'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l no-interpolate -d 'Leave variables as they are written'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from compose" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand config; and __fish_seen_subcommand_from schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l install -d 'Write the script into the folder where the shell of this user looks for it'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l print-path -d 'Print where --install would write it'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l man -d 'Write the man pages into this folder instead' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -s C -l directory -d 'Act as if started in this folder' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -s o -l output -d 'Form of results and errors' -r -f -a "text\t'For people'
json\t'One JSON document'
ndjson\t'One JSON object a line'
yaml\t'The JSON document as YAML'"
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal that has them, unless `NO_COLOR` is set'
always\t'Always'
never\t'Never'"
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l progress -d 'How progress is shown' -r -f -a "auto\t'Live lines on a terminal, else plain ones'
tty\t'Live lines'
plain\t'A line at the start and the end of each task'
quiet\t'Nothing'"
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l timeout -d 'Longest time the whole command may take' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l parallel -d 'How many tasks run at once [default: two a core, at most 8]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l lock-timeout -d 'How long to wait for another command on the project; 0 fails at once' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l ca-file -d 'PEM file of further certificate authorities' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l trace-file -d 'Write the steps to this file as a Chrome trace' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -s p -l project -d 'A registered project, or a folder [default: found from the current folder]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l user-config -d 'File of the user\'s projects and defaults' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l file -d 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l project-name -d 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l profile -d 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l env-file -d 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]' -r -F
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l docker-host -d 'Address of the engine: unix://, npipe://, tcp:// or ssh:// [env: DOCKER_HOST]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l context -d 'Docker context to use [env: DOCKER_CONTEXT]' -r
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -s q -l quiet -d 'Only errors and requested data'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l no-emoji -d 'ASCII markers'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l verbose -d 'Diagnostics on standard error; twice for more'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -s y -l yes -d 'Answer every confirmation with yes'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l no-input -d 'Never ask [also when CI is set]'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l dry-run -d 'Print the plan and change nothing'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l offline -d 'No network but loopback and the engine'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -l timings -d 'Print how long each step took'
complete -c orchcli -n "__fish_orchcli_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
