#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace loci::index {

inline std::string file_bytes(std::filesystem::path const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

inline void put_bytes(std::filesystem::path const& path, std::string const& bytes) {
    std::ofstream{path, std::ios::binary} << bytes;
}

} // namespace loci::index
