"""Shows Chronograd's tensors in gdb: source this file, then `print`, `info locals` and a debugger's
variable view say what chronograd::debug does. Only memory is read and nothing is called or computed,
so it works with core dumps too."""

import gdb
import gdb.printing

SHOWN = 8  # numbers

CPP_TYPES = {"f32": "float", "f64": "double", "i32": "int", "i64": "long", "boolean": "bool"}
NO_TYPES = "<the program has no debug information about tensors; print chronograd::debug of it>"


def enumerator(value):
    """'computed' of chronograd::detail::Value::State::computed."""
    return str(value).rsplit("::", 1)[-1]


def shape_text(shape):
    sizes = shape["list_"].dereference()
    return "[" + ", ".join(str(int(sizes["values"][i])) for i in range(int(sizes["count"]))) + "]"


def number_text(number, dtype):
    if dtype == "boolean":
        return "true" if number else "false"
    return "%.6g" % float(number) if dtype in ("f32", "f64") else str(int(number))


def numbers_text(value, dtype):
    size = int(value["shape"]["list_"]["product"])
    first = value["data"].cast(gdb.lookup_type(CPP_TYPES[dtype]).pointer())
    shown = [number_text(first[i], dtype) for i in range(min(size, SHOWN))]
    return ", ".join(shown + ["..."] * (size > SHOWN))


def tensor_text(tensor):
    pointer = tensor["value_"]
    if int(pointer) == 0:
        return "empty tensor"
    value = pointer.dereference()
    dtype = enumerator(value["dtype"])
    state = enumerator(value["state"])
    if state == "computed":
        state = ("computed: " + numbers_text(value, dtype)).rstrip()
    elif state == "abandoned":
        state = "abandoned: its tape ended before it was computed"
    return f"{dtype.replace('boolean', 'bool')} {shape_text(value['shape'])}, {state}"


def operand_text(operand):
    kind = enumerator(operand["kind"])
    if kind == "number":
        return "%.6g" % float(operand["number"])
    if kind == "tensor":
        return tensor_text(operand["source"].cast(gdb.lookup_type("chronograd::Tensor").pointer()).dereference())
    return kind


def printer(text):
    class Printer:
        def __init__(self, value):
            self.value = value

        def to_string(self):
            try:
                return text(self.value)
            except gdb.MemoryError:
                return "<not initialised>"
            except gdb.error:
                return NO_TYPES

    return Printer


printers = gdb.printing.RegexpCollectionPrettyPrinter("chronograd")
printers.add_printer("Tensor", "^chronograd::Tensor$", printer(tensor_text))
printers.add_printer("Shape", "^chronograd::Shape$", printer(shape_text))
printers.add_printer("Operand", "^chronograd::Operand$", printer(operand_text))
gdb.printing.register_pretty_printer(gdb.current_objfile(), printers, replace=True)
