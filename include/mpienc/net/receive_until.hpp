#pragma once

#include <chrono>
#include <functional>

#include "mpienc/net/transport.hpp"
#include "mpienc/net/wakeup.hpp"

namespace mpienc::net {

/// Receives, and so moves the own sends on as well, until `done` or until `limit` has passed; whether `done`.
bool receive_until(Transport& transport, Wakeup& wakeup, std::chrono::milliseconds limit,
                   const std::function<bool()>& done, const std::function<void(const Incoming&)>& handle);

}  // namespace mpienc::net
