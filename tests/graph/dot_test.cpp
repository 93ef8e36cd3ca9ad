#include "chronograd/graph/dot.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "chronograd/autodiff/backward.h"
#include "chronograd/graph/annotate.h"
#include "chronograd/graph/op.h"
#include "chronograd/graph/tape.h"
#include "tests/temporary_folder.h"

namespace chronograd {
namespace {

// Ops whose rules this test fixes, so that its texts do not change with the library's.
Tensor times(Operand a, Operand b);
const Op times_op{
    .name = "times",
    .infer = infer_arithmetic,
    .gradient = [](const Differential& d, int k) { return times(d.dy(), d.input(1 - k)); },
    .gradient_reads = {{{.inputs = 0b10}, {.inputs = 0b01}}}};
const Op halves_op{.name = "halves", .infer = [](Inference& inference) {
                     const Shape half = inference.shape(0).with(-1, inference.shape(0)[-1] / 2);
                     inference.output(half, inference.dtype(0));
                     inference.output(half, inference.dtype(0));
                   }};

Tensor times(Operand a, Operand b) { return apply(times_op, {a, b}); }
std::vector<Tensor> halves(const Tensor& x) {
  const Operand operand = x;
  return apply_all(halves_op, operand);
}

void fill_with_zeros(std::span<double>, Shape, RandomStream&) {}

// Everything a drawing may hold: two levels of scopes, steps, a gradient and an assignment.
struct Training {
  Training() {
    const Parameter w = (parameters / "model" / "cell").parameter("weight", {}, fill_with_zeros);
    Tensor h = Tensor::scalar(1);
    for ([[maybe_unused]] const int t : steps(2)) h = named("h", times(h, w));
    const Gradients gradients = backward(h, parameters);
    assign(w, times(gradients.at(w), 0.5));
  }
  Random random{1};
  Parameters parameters{random};
  Tape tape;
};

// From the first line that is not a default.
std::string body(const std::string& text) {
  const std::string last_default = "labelfontcolor=\"#8c959f\"];\n";
  return text.substr(text.find(last_default) + last_default.size());
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("scopes and like steps are clusters, gradients point upwards, the update is apart") {
  CHECK(
      body(dot(Training{}.tape)) ==
      R"(  n0 [label=<<b>constant</b><br/><font point-size="9" color="#57606a">f32 []</font>>, shape=ellipse, style=filled, fillcolor="#f0f1f3", color="#8c959f"];
  n4 [label=<<b>constant</b><br/><font point-size="9" color="#57606a">f32 []</font>>, shape=ellipse, style=filled, fillcolor="#f0f1f3", color="#8c959f"];
  subgraph cluster_0 {
    label=<model>;
    subgraph cluster_1 {
      label=<cell>;
      n1 [label=<<b>weight</b><br/><font point-size="9" color="#57606a">f32 []</font>>, style=filled, fillcolor="#fff3c4", color="#b08800"];
      subgraph cluster_2 {
        label=<steps 0..1>;
        fillcolor=white;
        n2 [label=<<b>times</b><br/><i>h</i><br/><font point-size="9" color="#57606a">f32 []</font>>];
      }
      subgraph cluster_3 {
        label=<gradient of step 1>;
        fillcolor=white;
        n6 [label=<<b>times</b><br/><i>h</i><br/><font point-size="9" color="#57606a">f32 []</font>>, style="rounded,filled,dashed", fillcolor="#fdf1e5", color="#d9731a"];
        n7 [label=<<b>times</b><br/><i>h</i><br/><font point-size="9" color="#57606a">f32 []</font>>, style="rounded,filled,dashed", fillcolor="#fdf1e5", color="#d9731a"];
      }
      subgraph cluster_4 {
        label=<gradient of step 0>;
        fillcolor=white;
        n8 [label=<<b>times</b><br/><i>h</i><br/><font point-size="9" color="#57606a">f32 []</font>>, style="rounded,filled,dashed", fillcolor="#fdf1e5", color="#d9731a"];
        n9 [label=<<b>add</b><br/><i>h</i><br/><font point-size="9" color="#57606a">f32 []</font>>, style="rounded,filled,dashed", fillcolor="#fdf1e5", color="#d9731a"];
      }
      subgraph cluster_5 {
        label=<update>;
        fillcolor=white;
        n11 [label=<<b>times</b><br/><font point-size="9" color="#57606a">f32 []</font>>, fillcolor="#e9f5ea", color="#2e8b45"];
        n12 [label=<<b>assign</b><br/><i>model/cell/weight</i><br/><font point-size="9" color="#57606a">f32 []</font>>, fillcolor="#e9f5ea", color="#2e8b45", peripheries=2];
      }
    }
  }
  n5 [label=<<b>expand</b><br/><font point-size="9" color="#57606a">f32 []</font>>];
  n0 -> n2 [headlabel="0"];
  n0 -> n8 [headlabel="1", constraint=false, color="#e8a56d", style=dotted];
  n1 -> n2 [headlabel="1"];
  n1 -> n6 [headlabel="1", constraint=false, color="#e8a56d", style=dotted];
  n2 -> n2 [label=<t-1>, headlabel="0", constraint=false];
  n2 -> n7 [constraint=false, color="#e8a56d", style=dotted];
  n4 -> n5;
  n5 -> n6 [headlabel="0", constraint=false, color="#e8a56d", style=dotted];
  n5 -> n7 [headlabel="0", constraint=false, color="#e8a56d", style=dotted];
  n8 -> n6 [taillabel="0", dir=back, color="#d9731a", style=dashed];
  n9 -> n7 [taillabel="0", dir=back, color="#d9731a", style=dashed];
  n9 -> n8 [taillabel="1", dir=back, color="#d9731a", style=dashed];
  n9 -> n11 [headlabel="0", constraint=false, color="#e8a56d", style=dotted];
  n11 -> n12 [color="#2e8b45"];
}
)");
}

TEST_CASE("the forward computation is drawn without gradients and what only serves them") {
  CHECK(
      body(dot(Training{}.tape, {.gradient = false})) ==
      R"(  n0 [label=<<b>constant</b><br/><font point-size="9" color="#57606a">f32 []</font>>, shape=ellipse, style=filled, fillcolor="#f0f1f3", color="#8c959f"];
  subgraph cluster_0 {
    label=<model>;
    subgraph cluster_1 {
      label=<cell>;
      n1 [label=<<b>weight</b><br/><font point-size="9" color="#57606a">f32 []</font>>, style=filled, fillcolor="#fff3c4", color="#b08800"];
      subgraph cluster_2 {
        label=<steps 0..1>;
        fillcolor=white;
        n2 [label=<<b>times</b><br/><i>h</i><br/><font point-size="9" color="#57606a">f32 []</font>>];
      }
    }
  }
  n0 -> n2 [headlabel="0"];
  n1 -> n2 [headlabel="1"];
  n2 -> n2 [label=<t-1>, headlabel="0", constraint=false];
}
)");
}

TEST_CASE("outputs and inputs are told apart on edges, and parallel edges stay") {
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f, 2.0f}, {2});
  const std::vector<Tensor> parts = halves(x);
  named("left", parts[0]);
  times(parts[0], parts[1]);
  const Tensor y = times(parts[0], parts[0]);
  CHECK(
      body(dot(tape)) ==
      R"(  n0 [label=<<b>constant</b><br/><font point-size="9" color="#57606a">f32 [2]</font>>, shape=ellipse, style=filled, fillcolor="#f0f1f3", color="#8c959f"];
  n1 [label=<<b>halves</b><br/><font point-size="9" color="#57606a">2 x f32 [1]</font>>];
  n2 [label=<<b>times</b><br/><font point-size="9" color="#57606a">f32 [1]</font>>];
  n3 [label=<<b>times</b><br/><font point-size="9" color="#57606a">f32 [1]</font>>];
  n0 -> n1;
  n1 -> n2 [label=<left>, headlabel="0"];
  n1 -> n2 [label=<1>, headlabel="1"];
  n1 -> n3 [label=<left>, headlabel="0"];
  n1 -> n3 [label=<left>, headlabel="1"];
}
)");
}

TEST_CASE("an empty tape is an empty drawing") {
  const Tape tape;
  CHECK(body(dot(tape)) == "}\n");
}

// What Graphviz has to say about a text; empty when it draws without complaint.
std::string complaints_of_graphviz(const std::string& text) {
  const TemporaryFolder folder;
  const std::string in = folder.write("in.dot", text).string();
  const std::string command = "dot -Tsvg '" + in + "' > '" + in + ".svg' 2> '" + in + ".errors'";
  const int status = std::system(command.c_str());
  const std::string said = content_of(in + ".errors");
  return status != 0 && said.empty() ? "failed" : said;
}

bool graphviz_is_here() {
  const bool here = std::system("dot -V > /dev/null 2>&1") == 0;
  if (!here) MESSAGE("skipped: Graphviz is not installed");
  return here;
}

TEST_CASE("Graphviz draws a training step without complaint") {
  if (!graphviz_is_here()) return;
  CHECK(complaints_of_graphviz(dot(Training{}.tape)) == "");
}

TEST_CASE("a drawing of very many time steps has straight edges, which take Graphviz seconds") {
  const auto edges_are_straight = [](int count, bool fold) {
    const Tape tape;
    Tensor x = Tensor::copy_of({1.0f}, {1});
    for ([[maybe_unused]] const int t : steps(count)) x = times(x, x);
    return contains(dot(tape, {.fold = fold}), "splines=line;");
  };
  CHECK(!edges_are_straight(200, false));
  CHECK(edges_are_straight(300, false));
  CHECK(!edges_are_straight(300, true));
}

TEST_CASE("without folding each time step has its own box") {
  const std::string text = dot(Training{}.tape, {.fold = false});
  CHECK(contains(text, "label=<step 0>"));
  CHECK(contains(text, "label=<gradient of step 1>"));
  CHECK_FALSE(contains(text, "label=<steps 0..1>"));
  CHECK(contains(dot(Training{}.tape), "label=<steps 0..1>"));
}

TEST_CASE("Graphviz shows backslashes as they are") {
  if (!graphviz_is_here()) return;
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f}, {1});
  named("\\N\\G", times(x, x));
  CHECK(contains(dot(tape), "<i>&#92;N&#92;G</i>"));
}

TEST_CASE("Graphviz draws names of any characters") {
  if (!graphviz_is_here()) return;
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f, 2.0f}, {2});
  for (const std::string name : {"a \"quote\"",
                                 "<b>",
                                 "a & b",
                                 "back\\slash",
                                 "{a|b}",
                                 "größe",
                                 "two\nlines",
                                 "\x01\x7f",
                                 "]>;",
                                 "a//b",
                                 "/",
                                 "&amp;",
                                 "\\N",
                                 "\\G\\L",
                                 "ends/",
                                 "ends\\",
                                 "",
                                 "\xff",
                                 "100%",
                                 "tab\tand\rreturn",
                                 "\xc0\xaf",
                                 "\xe0\x80\xaf",
                                 "\xed\xa0\x80",
                                 "\xef\xbf\xbf",
                                 "\xf0\x80\x80\xaf",
                                 "\xf4\x90\x80\x80",
                                 "\xc2\x9b",
                                 "\xe2\x82",
                                 "은닉층",
                                 "\xf0\x9f\x98\x80"}) {
    const InScope scope{name};
    const std::vector<Tensor> parts = halves(named(name, times(x, x)));
    named(name, parts[0]);
    times(parts[0], parts[1]);
  }
  CHECK(complaints_of_graphviz(dot(tape)) == "");
  CHECK(contains(dot(tape), "<i>a &#34;quote&#34;</i>"));
  CHECK(contains(dot(tape), "<i>&#38;amp;</i>"));
  CHECK(contains(dot(tape), "<i>ends/</i>"));
  CHECK(contains(dot(tape), "<i>은닉층</i>"));
  CHECK(contains(dot(tape), "<i>\xf0\x9f\x98\x80</i>"));
}

TEST_CASE("what XML cannot hold is written out, so that the drawing still shows the name") {
  const Tape tape;
  const Tensor x = Tensor::copy_of({1.0f, 2.0f}, {2});
  const auto drawn = [&](const std::string& name) {
    named(name, times(x, x));
    const std::string text = dot(tape);
    const std::size_t begin = text.rfind("<i>") + 3;
    return text.substr(begin, text.rfind("</i>") - begin);
  };
  const std::string b = "&#92;";  // a backslash
  CHECK(drawn("two\nlines\t\r") == "two" + b + "nlines" + b + "t" + b + "r");
  CHECK(drawn("\x01\x7f") == b + "x01" + b + "x7F");
  CHECK(drawn("a\xff") == "a" + b + "xFF");
  CHECK(drawn("\xc0\xaf") == b + "xC0" + b + "xAF");                  // overlong
  CHECK(drawn("\xe0\x80\xaf") == b + "xE0" + b + "x80" + b + "xAF");  // overlong
  CHECK(drawn("\xed\xa0\x80") == b + "xED" + b + "xA0" + b + "x80");  // a surrogate
  CHECK(drawn("\xef\xbf\xbe") == b + "xEF" + b + "xBF" + b + "xBE");  // no character
  CHECK(drawn("\xf4\x90\x80\x80") == b + "xF4" + b + "x90" + b + "x80" + b + "x80");
  CHECK(drawn("\xe2\x82") == b + "xE2" + b + "x82");  // cut off
  CHECK(drawn("größe") == "größe");
}

TEST_CASE("a penalty on gradients is a part of the model, and its gradients are gradients") {
  Training m;
  const Parameter v = (m.parameters / "model").parameter("v", {}, fill_with_zeros);
  const Tensor loss = times(times(v, v), v);
  const Tensor gradient = backward(loss, m.parameters / "model").at(v);
  const Tensor penalty = named("penalty", times(gradient, gradient));
  const Tensor of_penalty = backward(penalty, m.parameters / "model").at(v);
  const std::string text = dot(m.tape);
  const std::size_t at = text.find("<i>penalty</i>");
  const std::string line = text.substr(at, text.find('\n', at) - at);
  CHECK(!contains(line, "e9f5ea"));
  CHECK(!contains(line, "fdf1e5"));
  assign(v, named("change", times(of_penalty, 0.5)));
  const std::string after = dot(m.tape);
  const std::size_t change = after.find("<i>change</i>");
  CHECK(contains(after.substr(change, after.find('\n', change) - change), "e9f5ea"));
  CHECK(contains(after, line));
}

}  // namespace
}  // namespace chronograd
