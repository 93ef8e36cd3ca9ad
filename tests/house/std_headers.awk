# Names each C++ file that uses a name of namespace std without its header: what includes one header
# of the standard library brings of others differs between libraries, so only the file's own includes
# and those of the project's headers that it includes count.
# Usage: awk -f std_headers.awk [-v given="HEADER..."] std_headers.txt FILE..., in the project's root.

function exists(file,    line, status) {
  status = (getline line < file) >= 0
  close(file)
  return status
}

# The project's file that `name` means when `file` includes it, or "".
function project_file(file, name,    folder) {
  folder = file
  sub(/[^\/]*$/, "", folder)
  if (name ~ /^chronograd\//) name = substr(name, length("chronograd/") + 1)
  if (exists(name)) return name
  return exists(folder name) ? folder name : ""
}

# Marks in reached[file, header] all headers that `file` includes, itself and by the project's.
function reach(file,    line, name, inner, at, count, queue) {
  queue[++count] = file
  for (at = 1; at <= count; ++at) {
    while ((getline line < queue[at]) > 0) {
      if (line !~ /^#include [<"]/) continue
      name = line
      sub(/^#include [<"]/, "", name)
      sub(/[>"].*/, "", name)
      reached[file, name] = 1
      inner = name ~ /\.h$/ ? project_file(queue[at], name) : ""
      if (inner == "" || (file, inner) in queued) continue
      queued[file, inner] = 1
      queue[++count] = inner
    }
    close(queue[at])
  }
}

function check(file, name,    i, count, headers) {
  if (!(name in headers_of) || (file, name) in checked) return
  checked[file, name] = 1
  count = split(headers_of[name], headers, " ")
  for (i = 1; i <= count; ++i) if ((file, headers[i]) in reached) return
  print file ":" FNR ": std::" name " needs <" headers[1] ">"
  missing = 1
}

BEGIN { given_count = split(given, given_headers, " ") }

NR == FNR {
  if ($0 ~ /^#/) next
  header = $1
  sub(/:$/, "", header)
  for (i = 2; i <= NF; ++i) headers_of[$i] = headers_of[$i] header " "
  next
}

FNR == 1 {
  reach(FILENAME)
  for (i = 1; i <= given_count; ++i) reached[FILENAME, given_headers[i]] = 1
}

{
  rest = $0
  gsub(/"([^"\\]|\\.)*"/, "", rest)
  sub(/\/\/.*/, "", rest)
  while (match(rest, /std::(ranges::)?[A-Za-z_][A-Za-z_0-9]*/)) {
    name = substr(rest, RSTART, RLENGTH)
    rest = substr(rest, RSTART + RLENGTH)
    sub(/.*:/, "", name)
    check(FILENAME, name)
  }
}

END { exit missing }
