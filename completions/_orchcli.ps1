
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'orchcli' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'orchcli'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'orchcli' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('serve', 'serve', [CompletionResultType]::ParameterValue, 'Run the server')
            [CompletionResult]::new('render', 'render', [CompletionResultType]::ParameterValue, 'Print the Kubernetes manifests of a workflow graph, offline')
            [CompletionResult]::new('config', 'config', [CompletionResultType]::ParameterValue, 'Show what is in effect')
            [CompletionResult]::new('completions', 'completions', [CompletionResultType]::ParameterValue, 'Print the completion script of a shell')
            [CompletionResult]::new('version', 'version', [CompletionResultType]::ParameterValue, 'Show what this program is')
            [CompletionResult]::new('help', 'help', [CompletionResultType]::ParameterValue, 'Explain a command or a topic, or write the man pages')
            break
        }
        'orchcli;serve' {
            [CompletionResult]::new('--host', '--host', [CompletionResultType]::ParameterName, 'Address to listen on [default: 127.0.0.1; 0.0.0.0 in a container or with --release]')
            [CompletionResult]::new('--port', '--port', [CompletionResultType]::ParameterName, 'Port of the API and the console; 0 takes any free one [default: 3000]')
            [CompletionResult]::new('--console-port', '--console-port', [CompletionResultType]::ParameterName, 'Where the console is served [default: same]')
            [CompletionResult]::new('--config', '--config', [CompletionResultType]::ParameterName, 'Configuration file [default: config.yaml, when there is one]')
            [CompletionResult]::new('--store', '--store', [CompletionResultType]::ParameterName, 'Where documents are stored: sqlite, or a mongodb:// address [default: sqlite]')
            [CompletionResult]::new('--data-dir', '--data-dir', [CompletionResultType]::ParameterName, 'Folder of the store and the generated secrets [default: $XDG_DATA_HOME/orchcli, as root /var/lib/orchcli]')
            [CompletionResult]::new('--log-format', '--log-format', [CompletionResultType]::ParameterName, 'How log lines look: text or json [default: text]')
            [CompletionResult]::new('--log-level', '--log-level', [CompletionResultType]::ParameterName, 'Least severe log line: error, warn, info, debug or trace [default: info]')
            [CompletionResult]::new('--pid-file', '--pid-file', [CompletionResultType]::ParameterName, 'Write the process id into this file while the server runs')
            [CompletionResult]::new('--ready-file', '--ready-file', [CompletionResultType]::ParameterName, 'Write the address into this file once the server listens')
            [CompletionResult]::new('--shutdown-timeout', '--shutdown-timeout', [CompletionResultType]::ParameterName, 'How long a stop waits for requests in flight [default: 10s]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('--release', '--release', [CompletionResultType]::ParameterName, 'Release mode: secrets must be set, insecure shortcuts are refused')
            [CompletionResult]::new('--print-config', '--print-config', [CompletionResultType]::ParameterName, 'Show every setting and where it comes from, and do nothing else')
            [CompletionResult]::new('--check', '--check', [CompletionResultType]::ParameterName, 'Validate the configuration, and do nothing else')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'orchcli;render' {
            [CompletionResult]::new('--values', '--values', [CompletionResultType]::ParameterName, 'Run values in a file of their own: secrets and envVars by node id')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'orchcli;config' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('compose', 'compose', [CompletionResultType]::ParameterValue, 'Print the resolved Compose model in Compose''s canonical form')
            break
        }
        'orchcli;config;compose' {
            [CompletionResult]::new('--hash', '--hash', [CompletionResultType]::ParameterName, 'Only the hash of each service, or of one')
            [CompletionResult]::new('--format', '--format', [CompletionResultType]::ParameterName, 'Form of the model [default: yaml]')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('--services', '--services', [CompletionResultType]::ParameterName, 'Only the names of the services')
            [CompletionResult]::new('--images', '--images', [CompletionResultType]::ParameterName, 'Only the images of the services')
            [CompletionResult]::new('--volumes', '--volumes', [CompletionResultType]::ParameterName, 'Only the volumes')
            [CompletionResult]::new('--profiles', '--profiles', [CompletionResultType]::ParameterName, 'Only the profiles')
            [CompletionResult]::new('--no-interpolate', '--no-interpolate', [CompletionResultType]::ParameterName, 'Leave variables as they are written')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'orchcli;completions' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('--install', '--install', [CompletionResultType]::ParameterName, 'Write the script into the folder where the shell of this user looks for it')
            [CompletionResult]::new('--print-path', '--print-path', [CompletionResultType]::ParameterName, 'Print where --install would write it')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'orchcli;version' {
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'orchcli;help' {
            [CompletionResult]::new('--man', '--man', [CompletionResultType]::ParameterName, 'Write the man pages into this folder instead')
            [CompletionResult]::new('-C', '-C ', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('--directory', '--directory', [CompletionResultType]::ParameterName, 'Act as if started in this folder')
            [CompletionResult]::new('-o', '-o', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--output', '--output', [CompletionResultType]::ParameterName, 'Form of results and errors')
            [CompletionResult]::new('--color', '--color', [CompletionResultType]::ParameterName, 'When to use colours')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'A Compose file; the later ones are laid on the earlier [env: COMPOSE_FILE]')
            [CompletionResult]::new('--project-name', '--project-name', [CompletionResultType]::ParameterName, 'Name of the Compose project [env: ORCHCLI_PROJECT_NAME, COMPOSE_PROJECT_NAME]')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Turn a Compose profile on; * is all of them [env: COMPOSE_PROFILES]')
            [CompletionResult]::new('--env-file', '--env-file', [CompletionResultType]::ParameterName, 'Variables of the Compose files, read instead of .env [env: COMPOSE_ENV_FILES]')
            [CompletionResult]::new('-q', '-q', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('--quiet', '--quiet', [CompletionResultType]::ParameterName, 'Only errors and requested data')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
