// file      = header component scales weights offsets rows stems
// header    = "LOCIWORD" version:u32 dimension:u32 words:u32 stem_bytes:u32 unknown_weight:f32
//             zero:u32 checksum:u64                         ; checksum of all bytes but itself
// component = f32 * dimension
// scales    = f32 * words
// weights   = f32 * words
// offsets   = u32 * (words + 1)                             ; into stems, ascending
// rows      = i8 * dimension * words
// stems     = bytes                                         ; sorted, without separators
//
// Little-endian, read in place.

#include "embed/word_table.hpp"
#include <algorithm>
#include <array>
#include <base/array_file.hpp>
#include <bit>
#include <cstring>

namespace loci::embed {
namespace {

static_assert(std::endian::native == std::endian::little, "tables are read in place");

constexpr std::array<char, 8> magic{'L', 'O', 'C', 'I', 'W', 'O', 'R', 'D'};
constexpr std::uint32_t version = 1;
constexpr std::uint32_t largest_dimension = 4096;
constexpr std::uint32_t most_words = 1 << 24;

struct Header {
    std::array<char, 8> magic;
    std::uint32_t version;
    std::uint32_t dimension;
    std::uint32_t words;
    std::uint32_t stem_bytes;
    float unknown_weight;
    std::uint32_t zero;
    std::uint64_t checksum;
};

static_assert(sizeof(Header) == 40);

/// Eight bytes a step, so that starting with an 8 MB table takes about a millisecond.
class Checksum {
public:
    void add(std::span<std::byte const> bytes) noexcept {
        for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
            std::uint64_t word = 0;
            std::memcpy(&word, bytes.data(), 8);
            mix(word);
        }
        std::uint64_t rest = bytes.size();
        for (std::byte const byte : bytes) {
            rest = (rest << 8) | std::to_integer<std::uint64_t>(byte);
        }
        mix(rest);
    }

    std::uint64_t value() const noexcept { return state_; }

private:
    void mix(std::uint64_t word) noexcept {
        state_ = (state_ ^ word) * 0x9E3779B97F4A7C15u;
        state_ ^= state_ >> 32;
    }

    std::uint64_t state_ = 0x4C4F4349;
};

std::uint64_t checksum_of(std::span<std::byte const> file) {
    Checksum checksum;
    checksum.add(file.first(offsetof(Header, checksum)));
    checksum.add(file.subspan(sizeof(Header)));
    return checksum.value();
}

Error corrupt(std::string message) {
    return {.kind = ErrorKind::corrupt,
            .reason = "WORD_TABLE_CORRUPT",
            .message = "The word table is damaged: " + std::move(message)};
}

std::size_t file_size(Header const& header) {
    std::size_t const words = header.words;
    std::size_t const dimension = header.dimension;
    return sizeof(Header) + 4 * dimension + 4 * words + 4 * words + 4 * (words + 1) +
           words * dimension + header.stem_bytes;
}

/// Fills a file of known size from its front.
class Writer {
public:
    explicit Writer(std::size_t size)
        : file_(size) {}

    void put(auto const& values) {
        auto const bytes = std::as_bytes(std::span(values));
        std::copy(bytes.begin(), bytes.end(), file_.begin() + position_);
        position_ += static_cast<std::ptrdiff_t>(bytes.size());
    }

    std::vector<std::byte> take() { return std::move(file_); }

private:
    std::vector<std::byte> file_;
    std::ptrdiff_t position_ = 0;
};

} // namespace

Result<WordTable> WordTable::parse(std::span<std::byte const> bytes) {
    if (auto fault = header_fault<Header>(bytes, magic, version, "word table"); !fault.empty()) {
        return corrupt(std::move(fault));
    }
    Header header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.dimension == 0 || header.dimension > largest_dimension ||
        header.words > most_words || file_size(header) != bytes.size()) {
        return corrupt("wrong size");
    }
    if (header.checksum != checksum_of(bytes)) {
        return corrupt("wrong checksum");
    }
    ArrayReader reader(bytes.subspan(sizeof(Header)));
    WordTable table;
    table.unknown_weight_ = header.unknown_weight;
    table.component_ = reader.take<float>(header.dimension);
    table.scales_ = reader.take<float>(header.words);
    table.weights_ = reader.take<float>(header.words);
    table.offsets_ = reader.take<std::uint32_t>(header.words + std::size_t{1});
    table.rows_ = reader.take<std::int8_t>(std::size_t{header.words} * header.dimension);
    auto const stems = reader.take<char>(header.stem_bytes);
    table.stems_ = {stems.data(), stems.size()};
    if (!std::is_sorted(table.offsets_.begin(), table.offsets_.end()) ||
        table.offsets_.back() != header.stem_bytes) {
        return corrupt("offsets out of order");
    }
    return table;
}

std::string_view WordTable::stem(std::size_t index) const noexcept {
    return stems_.substr(offsets_[index], offsets_[index + 1] - offsets_[index]);
}

std::optional<WordTable::Word> WordTable::find(std::string_view wanted) const noexcept {
    std::size_t first = 0;
    std::size_t last = size();
    while (first < last) {
        std::size_t const middle = first + (last - first) / 2;
        int const order = stem(middle).compare(wanted);
        if (order == 0) {
            return Word{rows_.subspan(middle * dimension(), dimension()), scales_[middle],
                        weights_[middle]};
        }
        if (order < 0) {
            first = middle + 1;
        } else {
            last = middle;
        }
    }
    return std::nullopt;
}

std::vector<std::byte> write_word_table(WordTableContent const& content) {
    std::string stems;
    std::vector<std::uint32_t> offsets{0};
    for (auto const& stem : content.stems) {
        stems += stem;
        offsets.push_back(static_cast<std::uint32_t>(stems.size()));
    }
    Header header{.magic = magic,
                  .version = version,
                  .dimension = static_cast<std::uint32_t>(content.component.size()),
                  .words = static_cast<std::uint32_t>(content.stems.size()),
                  .stem_bytes = static_cast<std::uint32_t>(stems.size()),
                  .unknown_weight = content.unknown_weight,
                  .zero = 0,
                  .checksum = 0};
    Writer writer(file_size(header));
    writer.put(std::array{header});
    writer.put(content.component);
    writer.put(content.scales);
    writer.put(content.weights);
    writer.put(offsets);
    writer.put(content.rows);
    writer.put(stems);
    auto file = writer.take();
    header.checksum = checksum_of(file);
    std::memcpy(file.data(), &header, sizeof header);
    return file;
}

} // namespace loci::embed
