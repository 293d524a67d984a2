#pragma once

#include "mpienc/sched/policy.hpp"
#include "mpienc/sched/scheduler.hpp"

namespace mpienc::app {

/// How far the plan of a job on so many lanes of so many ranks may run ahead of its output: the one rule of
/// real and simulated runs.
[[nodiscard]] sched::Limits limits_for(int lanes, int ranks, const sched::Policy& policy);

}  // namespace mpienc::app
