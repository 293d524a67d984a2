mpienc_unit_test(net_door ROOMS net)
mpienc_unit_test(app_membership ROOMS app)
mpienc_unit_test(app_join_file ROOMS app)
