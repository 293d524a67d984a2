find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_test(NAME house.layering
         COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/layering.py" "${PROJECT_SOURCE_DIR}")
add_test(NAME house.layering_detects
         COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_LIST_DIR}/layering_detects.py")
set_tests_properties(house.layering house.layering_detects PROPERTIES LABELS house TIMEOUT 60)
