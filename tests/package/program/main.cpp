// What somebody's own program does with the library.
#include <chronograd/chronograd.h>

#include <iostream>

int main() {
  const chronograd::Shape shape = chronograd::broadcast({2, 1}, {3});
  std::cout << to_string(shape) << '\n';
  return shape == chronograd::Shape{2, 3} ? 0 : 1;
}
