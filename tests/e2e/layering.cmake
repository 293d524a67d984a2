find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_test(NAME house.layering
         COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/layering.py" "${PROJECT_SOURCE_DIR}")
add_test(NAME house.layering_detects
         COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/layering_detects.py")
set_tests_properties(house.layering house.layering_detects PROPERTIES LABELS house TIMEOUT 60)

add_test(NAME house.formatting
         COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/formatting.py" "${PROJECT_SOURCE_DIR}")
set_tests_properties(house.formatting PROPERTIES LABELS house TIMEOUT 120 SKIP_RETURN_CODE 77)
