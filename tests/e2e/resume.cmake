mpienc_e2e_test(resume SCRIPT resume TIMEOUT 600)
