# Debian's libstemmer has neither a CMake package nor a pkg-config file.

if(NOT TARGET stemmer)
    find_library(STEMMER_LIBRARY stemmer REQUIRED)
    find_path(STEMMER_INCLUDE libstemmer.h REQUIRED)
    mark_as_advanced(STEMMER_LIBRARY STEMMER_INCLUDE)
    add_library(stemmer UNKNOWN IMPORTED)
    set_target_properties(stemmer PROPERTIES
        IMPORTED_LOCATION "${STEMMER_LIBRARY}" INTERFACE_INCLUDE_DIRECTORIES "${STEMMER_INCLUDE}")
endif()
