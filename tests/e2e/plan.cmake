mpienc_e2e_test(plan SCRIPT plan TIMEOUT 120)
