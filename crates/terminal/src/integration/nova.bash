# Tells Nova where prompts, commands and their output begin and end. Read by bash in place of ~/.bashrc, which it reads
# itself; nothing of the person's is changed but PS0, PS1 and PROMPT_COMMAND of this one shell. See docs/terminal/commands.md.
#
# The functions stand before ~/.bashrc, so that no alias of its gets into them. `local -` and `set +x` keep them out of
# traces; nothing here depends on the options in force.
if [[ -n ${_NV_NONCE-} && ${BASH_VERSINFO[0]}${BASH_VERSINFO[1]} -ge 44 ]]; then
    __nv_nonce=$_NV_NONCE __nv_last='' __nv_own='' __nv_theirs='' __nv_hooked=''

    # Text as OSC 633 carries it: backslash, semicolon and control characters written out.
    __nv_escaped() {
        local text=${1//\\/\\\\} out='' char i
        text=${text//;/\\x3b}
        text=${text//$'\n'/\\x0a}
        if [[ $text == *[[:cntrl:]]* ]]; then
            for ((i = 0; i < ${#text}; i++)); do
                char=${text:i:1}
                [[ $char == [[:cntrl:]] ]] && builtin printf -v char '\\x%02x' "'$char"
                out+=$char
            done
            text=$out
        fi
        __nv_text=$text
    }

    # The newest line of the history, with its number.
    __nv_newest() {
        HISTTIMEFORMAT='' builtin history 1
    }

    # Before a command runs, in a subshell, as a part of PS0: what it prints reaches the terminal. The line is the
    # history's, which has all of it, unexpanded. If the history has nothing new, the line was either the one before
    # once more, or meant not to be kept; only who sees the terminal can tell (`same`).
    __nv_before() {
        { local - IFS=$' \t\n' newest number line __nv_text i same=''; builtin set +xvue; } 2>/dev/null
        newest=$(__nv_newest)
        if [[ $newest == "$__nv_last" ]]; then
            same=';same'
            case :${HISTCONTROL-}: in *:ignoredups:* | *:ignoreboth:* | *:erasedups:*) ;; *) newest='' ;; esac
            [[ -n ${HISTIGNORE-} ]] && newest=''
        fi
        newest=${newest#"${newest%%[0-9]*}"}
        number=${newest%%[!0-9]*}
        line=${newest#"$number"}
        line=${line:2}
        if [[ -n $line && ${#line} -le 8000 ]]; then
            __nv_escaped "$line"
            for ((i = 0; i < ${#__nv_text}; i += 200)); do
                builtin printf '\e]633;E;%s;%s%s\a' "${__nv_text:i:200}" "$__nv_nonce" "$same"
            done
        fi
        builtin printf '\e]133;C;aid=%s\a' "$__nv_nonce"
    }

    # After a command. The status is passed on to whatever stands behind it in PROMPT_COMMAND.
    __nv_after() {
        local __nv_status=$?
        { local -; builtin set +xvue; } 2>/dev/null
        builtin printf '\e]133;D;%s;aid=%s\a' "$__nv_status" "$__nv_nonce"
        builtin return "$__nv_status"
    }

    __nv_place() {
        local LC_ALL=C path=$1 out='' char i __nv_text
        if [[ $path == *[!a-zA-Z0-9/._~-]* ]]; then
            for ((i = 0; i < ${#path}; i++)); do
                char=${path:i:1}
                [[ $char == [a-zA-Z0-9/._~-] ]] || builtin printf -v char '%%%02X' "'$char"
                # A byte above 127 is printed as a negative number.
                out+=${char/FFFFFFFFFFFFFF/}
            done
        else
            out=$path
        fi
        __nv_escaped "$path"
        builtin printf '\e]7;file://%s%s\a\e]633;P;Cwd=%s;%s\a' "${HOSTNAME-}" "$out" "$__nv_text" "$__nv_nonce"
    }

    # The last thing before the prompt: whatever PS0 and PS1 are by now, they tell where they are. The status and the
    # options are the person's again when it returns.
    __nv_prompt() {
        local __nv_status=$?
        { local - IFS=$' \t\n'; builtin set +xvue; } 2>/dev/null
        __nv_last=$(__nv_newest)
        __nv_place "$PWD"
        if [[ ${PS1-} != "$__nv_own" ]]; then
            __nv_theirs=${PS1-}
            __nv_own='\[\e]133;A;aid='$__nv_nonce'\a\]'$__nv_theirs'\[\e]133;B;aid='$__nv_nonce'\a\]'
            PS1=$__nv_own
        fi
        [[ ${PS0-} == *'$(__nv_before)'* ]] || PS0=${PS0-}'$(__nv_before)'
        # Something may have put itself behind this.
        [[ ${PROMPT_COMMAND[-1]-} == *__nv_prompt ]] || __nv_hook
        builtin return "$__nv_status"
    }

    # First and last in PROMPT_COMMAND. Each element of an array is given the status of the command by bash itself (5.1);
    # before that there is one string, and what stands first hands the status on.
    __nv_hook() {
        local all=() each
        if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)); then
            for each in "${PROMPT_COMMAND[@]}"; do
                [[ $each == __nv_after || $each == __nv_prompt || -z $each ]] || all+=("$each")
            done
            PROMPT_COMMAND=(__nv_after "${all[@]}" __nv_prompt)
        elif [[ -z $__nv_hooked ]]; then
            __nv_hooked=1
            PROMPT_COMMAND=__nv_after${PROMPT_COMMAND:+$'\n'"$PROMPT_COMMAND"}$'\n'__nv_prompt
        fi
    }
fi
unset _NV_NONCE

[[ -r ~/.bashrc ]] && . ~/.bashrc

# Without expansions in prompts there is no PS0 to stand in.
if [[ -n ${__nv_nonce-} ]] && shopt -q promptvars; then
    __nv_hook
fi
