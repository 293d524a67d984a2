mpienc_mpi_test(net_exchange ROOMS net)
mpienc_mpi_test(net_fairness ROOMS net)
mpienc_mpi_test(net_peers ROOMS net)
mpienc_mpi_test(net_overtake ROOMS net)
