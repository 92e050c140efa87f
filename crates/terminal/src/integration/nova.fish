# Tells Nova where prompts, commands and their output begin and end. fish reads it after the person's own files
# (--init-command). See docs/terminal/commands.md.
if status is-interactive; and set -q _NV_NONCE; and test -n "$_NV_NONCE"
    set -g __nv_nonce $_NV_NONCE

    # Text as OSC 633 carries it: backslash, semicolon and control characters written out.
    function __nv_escaped
        set -l text (string replace -a '\\' '\\\\' -- $argv[1] | string replace -a ';' '\\x3b' | string join '\\x0a')
        if string match -qr '[[:cntrl:]]' -- $text
            set -l chars
            for char in (string split '' -- $text)
                string match -qr '[[:cntrl:]]' -- $char
                and set char (printf '\\\\x%02x' "'$char")
                set -a chars $char
            end
            set text (string join '' -- $chars)
        end
        printf %s $text
    end

    # Before a command runs. fish gives the line as it was typed.
    function __nv_before --on-event fish_preexec
        set -l text (__nv_escaped "$argv[1]")
        if test -n "$text"; and test (string length -- $text) -le 8000
            for at in (seq 1 200 (string length -- $text))
                printf '\e]633;E;%s;%s\a' (string sub -s $at -l 200 -- $text) $__nv_nonce
            end
        end
        printf '\e]133;C;aid=%s\a' $__nv_nonce
    end

    # After a command.
    function __nv_after --on-event fish_postexec
        printf '\e]133;D;%s;aid=%s\a' $status $__nv_nonce
    end

    # Around the prompt. Should the person choose another prompt later, that one is taken in at its second time.
    function __nv_prompt --on-event fish_prompt
        printf '\e]7;file://%s%s\a' $hostname (string escape --style=url -- $PWD)
        printf '\e]633;P;Cwd=%s;%s\a' (__nv_escaped $PWD) $__nv_nonce
        printf '\e]133;A;aid=%s\a' $__nv_nonce
        if not functions fish_prompt | string match -q '*__nv_theirs*'
            functions -e __nv_theirs
            functions -c fish_prompt __nv_theirs
            function fish_prompt
                __nv_theirs
                printf '\e]133;B;aid=%s\a' $__nv_nonce
            end
        end
    end
    __nv_prompt >/dev/null
end
set -e _NV_NONCE
