# cmake -DWORDNET_DIRECTORY=… -DOUTPUT=… -P irregular_forms.cmake
# Writes WordNet's exceptions as initializers {"form", "base"}, each form once. Where it has several bases, the first
# counts; where it is one of both, the verb.

foreach(part_of_speech verb noun)
    file(STRINGS "${WORDNET_DIRECTORY}/${part_of_speech}.exc" lines REGEX "^[a-z]+ [a-z]+")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "^([a-z]+) ([a-z]+)" ignored "${line}")
        set(form "${CMAKE_MATCH_1}")
        if(NOT DEFINED "base_of_${form}" AND NOT form STREQUAL CMAKE_MATCH_2)
            set("base_of_${form}" "${CMAKE_MATCH_2}")
            list(APPEND forms "${form}")
        endif()
    endforeach()
endforeach()

set(initializers "")
foreach(form IN LISTS forms)
    string(APPEND initializers "{\"${form}\", \"${base_of_${form}}\"},\n")
endforeach()
file(WRITE "${OUTPUT}" "${initializers}")
