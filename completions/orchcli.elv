
set edit:completion:arg-completer[orchcli] = { |@words|
    var index = (count $words)
    set index = (- $index 1)

    put (env _CLAP_IFS="\n" _CLAP_COMPLETE_INDEX=(to-string $index) ORCHCLI_COMPLETE="elvish" orchcli -- $@words) | to-lines
}

