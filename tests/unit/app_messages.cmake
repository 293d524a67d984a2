mpienc_unit_test(app_queue ROOMS app)
mpienc_unit_test(app_handshake ROOMS app)
mpienc_unit_test(app_dispatch ROOMS app)
mpienc_unit_test(app_feed_watch ROOMS app)
