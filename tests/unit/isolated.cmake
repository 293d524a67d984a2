mpienc_unit_test(encode_isolated ROOMS encode)
mpienc_unit_test(app_suspects ROOMS app)
mpienc_unit_test(output_replaced_chunks ROOMS output)
mpienc_unit_test(store_journal_open ROOMS store)
