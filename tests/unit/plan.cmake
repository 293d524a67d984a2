mpienc_unit_test(plan_chunk_target ROOMS plan)
