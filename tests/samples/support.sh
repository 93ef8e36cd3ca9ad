# What the tests of sample programs share. To be sourced by TEST PROGRAM; it leaves the test in a
# folder of its own, with a small dictionary in the file words.
test_name=$(basename "$0")
test_folder=$(cd "$(dirname "$0")" && pwd)
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

step() { echo "$test_name: $*"; }
fail() {
  echo "FAILED: $*" >&2
  tail -n 20 out err >&2
  exit 1
}
# expect STATUS ARGUMENT...: runs the program, its output in the files out and err.
expect() {
  local status=0
  "$program" "${@:2}" >out 2>err || status=$?
  [[ $status == "$1" ]] || fail "$(basename "$program") ${*:2}: exit $status, not $1"
}
has() { grep -qaE -- "$2" "$1" || fail "'$1' has no '$2'"; }
empty() { [[ ! -s $1 ]] || fail "'$1' is not empty"; }
differ() { ! cmp -s "$1" "$2" || fail "'$1' and '$2' are the same"; }

# 30 words of three letters that are said letter by letter.
for first in b d k m p t; do
  for second in a e i o u; do
    echo "$first${second}n ${first^} ${second^}H N"
  done
done >words
[[ $(wc -l <words) == 30 ]]
