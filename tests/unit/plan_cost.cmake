mpienc_unit_test(plan_cost_model ROOMS plan)
