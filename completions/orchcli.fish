complete --keep-order --exclusive --command orchcli --arguments "(ORCHCLI_COMPLETE=fish orchcli -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
