#pragma once

namespace mpienc::report {

[[nodiscard]] bool is_terminal(int descriptor);
/// Columns of the terminal now (it may be resized), 80 where it does not say.
[[nodiscard]] int terminal_columns(int descriptor);

}  // namespace mpienc::report
