#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

// Files that are read where they lie in memory: a header, which begins with `magic` and `version`,
// then arrays.

namespace loci {

/// Why the bytes cannot begin with such a header; empty: they do. `kind`: what the file should be.
template <class Header>
std::string header_fault(std::span<std::byte const> bytes, std::array<char, 8> const& magic,
                         std::uint32_t version, std::string const& kind) {
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint32_t) != 0) {
        return "not aligned";
    }
    if (bytes.size() < sizeof(Header)) {
        return "too short";
    }
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != magic) {
        return "not a " + kind;
    }
    return header.version == version ? "" : "unknown version";
}

/// Takes typed arrays from the front of a file whose size was checked before.
class ArrayReader {
public:
    explicit ArrayReader(std::span<std::byte const> bytes)
        : bytes_(bytes) {}

    template <class T>
    std::span<T const> take(std::size_t count) {
        auto const* first = reinterpret_cast<T const*>(bytes_.data());
        bytes_ = bytes_.subspan(count * sizeof(T));
        return {first, count};
    }

private:
    std::span<std::byte const> bytes_;
};

} // namespace loci
