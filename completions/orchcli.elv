
use builtin;
use str;

set edit:completion:arg-completer[orchcli] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'orchcli'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'orchcli'= {
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand serve 'Run the server'
            cand render 'Print the Kubernetes manifests of a workflow graph, offline'
            cand config 'Show what is in effect'
            cand completions 'Print the completion script of a shell'
            cand version 'Show what this program is'
            cand help 'Explain a command or a topic, or write the man pages'
        }
        &'orchcli;serve'= {
            cand --host 'Address to listen on [default: 127.0.0.1; 0.0.0.0 in a container or with --release]'
            cand --port 'Port of the API and the console; 0 takes any free one [default: 3000]'
            cand --console-port 'Where the console is served [default: same]'
            cand --config 'Configuration file [default: config.yaml, when there is one]'
            cand --store 'Where documents are stored: sqlite, or a mongodb:// address [default: sqlite]'
            cand --data-dir 'Folder of the store and the generated secrets [default: $XDG_DATA_HOME/orchcli, as root /var/lib/orchcli]'
            cand --log-format 'How log lines look: text or json [default: text]'
            cand --log-level 'Least severe log line: error, warn, info, debug or trace [default: info]'
            cand --pid-file 'Write the process id into this file while the server runs'
            cand --ready-file 'Write the address into this file once the server listens'
            cand --shutdown-timeout 'How long a stop waits for requests in flight [default: 10s]'
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand --release 'Release mode: secrets must be set, insecure shortcuts are refused'
            cand --print-config 'Show every setting and where it comes from, and do nothing else'
            cand --check 'Validate the configuration, and do nothing else'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'orchcli;render'= {
            cand --values 'Run values in a file of their own: secrets and envVars by node id'
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'orchcli;config'= {
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand compose 'Print the resolved Compose model in Compose''s canonical form'
        }
        &'orchcli;config;compose'= {
            cand --hash 'Only the hash of each service, or of one'
            cand --format 'Form of the model [default: yaml]'
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand --services 'Only the names of the services'
            cand --images 'Only the images of the services'
            cand --volumes 'Only the volumes'
            cand --profiles 'Only the profiles'
            cand --no-interpolate 'Leave variables as they are written'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'orchcli;completions'= {
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand --install 'Write the script into the folder where the shell of this user looks for it'
            cand --print-path 'Print where --install would write it'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'orchcli;version'= {
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'orchcli;help'= {
            cand --man 'Write the man pages into this folder instead'
            cand -C 'Act as if started in this folder'
            cand --directory 'Act as if started in this folder'
            cand -o 'Form of results and errors'
            cand --output 'Form of results and errors'
            cand --color 'When to use colours'
            cand --file 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]'
            cand --project-name 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]'
            cand --profile 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]'
            cand --env-file 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]'
            cand -q 'Only errors and requested data'
            cand --quiet 'Only errors and requested data'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
