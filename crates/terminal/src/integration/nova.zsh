# Tells Nova where prompts, commands and their output begin and end. zsh reads it as .zshenv, from the directory that
# ZDOTDIR named; it gives ZDOTDIR back, reads the person's own .zshenv, and lets zsh go on to their other files.
# See docs/terminal/commands.md.
if [[ -n ${_NV_ZDOTDIR+x} ]]; then
    'builtin' 'export' ZDOTDIR=$_NV_ZDOTDIR
else
    'builtin' 'unset' ZDOTDIR
fi
'builtin' 'unset' _NV_ZDOTDIR
{
    # An empty ZDOTDIR means the root, to zsh itself as well.
    [[ ! -r ${ZDOTDIR-$HOME}/.zshenv ]] || 'builtin' 'source' "${ZDOTDIR-$HOME}/.zshenv"
} always {
    if [[ -o interactive && -n ${_NV_NONCE-} ]]; then
        'builtin' 'typeset' -g _nv_nonce=$_NV_NONCE _nv_own='' _nv_text=''

        # Text as OSC 633 carries it: backslash, semicolon and control characters written out.
        _nv_escaped() {
            'builtin' 'emulate' -L zsh -o extended_glob
            _nv_text=${1//\\/\\\\}
            _nv_text=${${_nv_text//;/\\x3b}//$'\n'/\\x0a}
            [[ $_nv_text != *[[:cntrl:]]* ]] || _nv_text=${_nv_text//(#m)[[:cntrl:]]/\\x${(l:2::0:)$(( [##16] #MATCH ))}}
        }

        # Before a command runs. zsh gives the line as it was typed, whether or not it is kept.
        _nv_before() {
            'builtin' 'emulate' -L zsh
            'builtin' 'local' i
            if [[ -n $1 && ${#1} -le 8000 ]]; then
                _nv_escaped $1
                for ((i = 1; i <= ${#_nv_text}; i += 200)); do
                    'builtin' 'printf' '\e]633;E;%s;%s\a' "${_nv_text[i,i+199]}" $_nv_nonce
                done
            fi
            'builtin' 'printf' '\e]133;C;aid=%s\a' $_nv_nonce
        }

        # After a command.
        _nv_after() {
            'builtin' 'local' code=$?
            'builtin' 'emulate' -L zsh
            'builtin' 'printf' '\e]133;D;%s;aid=%s\a' $code $_nv_nonce
        }

        # The last thing before the prompt: whatever PS1 is by now, it tells where it is.
        _nv_prompt() {
            'builtin' 'emulate' -L zsh -o extended_glob
            'builtin' 'local' url
            () {
                # By bytes.
                'builtin' 'setopt' local_options no_multibyte
                url=${PWD//(#m)[^a-zA-Z0-9\/._~-]/%${(l:2::0:)$(( [##16] #MATCH ))}}
            }
            _nv_escaped $PWD
            'builtin' 'printf' '\e]7;file://%s%s\a\e]633;P;Cwd=%s;%s\a' "${HOST-}" $url $_nv_text $_nv_nonce
            if [[ ${PS1-} != $_nv_own ]]; then
                _nv_own=$'%{\e]133;A;aid='$_nv_nonce$'\a%}'${PS1-}$'%{\e]133;B;aid='$_nv_nonce$'\a%}'
                PS1=$_nv_own
            fi
            # Something may have put itself before or behind.
            [[ $precmd_functions[1] == _nv_after && $precmd_functions[-1] == _nv_prompt ]] || _nv_hook
        }

        _nv_hook() {
            'builtin' 'emulate' -L zsh -o extended_glob
            'builtin' 'typeset' -ga precmd_functions preexec_functions
            precmd_functions=(_nv_after ${precmd_functions:#_nv_(after|prompt|begin)} _nv_prompt)
            preexec_functions=(${preexec_functions:#_nv_before} _nv_before)
        }

        # Before the first prompt: all the person's files are read by then.
        _nv_begin() {
            _nv_hook
            _nv_prompt
        }
        'builtin' 'typeset' -ga precmd_functions
        precmd_functions+=(_nv_begin)
    fi
    'builtin' 'unset' _NV_NONCE
}
