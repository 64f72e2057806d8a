#include "index/block_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

// file  := block*                      all but the last one are full; an empty stream has none
// block := payload checksum            payload: the next bytes of the stream, at most
//                                      `payload_bytes`; checksum: 64 bits, little-endian, of the
//                                      payload and the block's number, so that blocks in another
//                                      order are noticed

namespace loci::index {
namespace {

constexpr std::size_t block_bytes = 64 * 1024;
constexpr std::size_t payload_bytes = block_bytes - sizeof(std::uint64_t);

/// False: `errno` tells why, or the file ended.
bool write_at(int file, std::span<std::byte const> bytes, std::uint64_t offset) {
    while (!bytes.empty()) {
        auto const written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            return false;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        offset += static_cast<std::uint64_t>(written);
    }
    return true;
}

/// As many bytes as there are, at most a block.
std::vector<std::byte> read_at(int file, std::uint64_t offset) {
    std::vector<std::byte> bytes(block_bytes);
    std::size_t size = 0;
    while (size < bytes.size()) {
        auto const got = ::pread(file, bytes.data() + size, bytes.size() - size,
                                 static_cast<off_t>(offset + size));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    bytes.resize(size);
    return bytes;
}

void append_checksum(std::vector<std::byte>& block, std::uint64_t number) {
    auto const sum = std::bit_cast<std::array<std::byte, sizeof number>>(checksum(block, number));
    block.insert(block.end(), sum.begin(), sum.end());
}

/// The payload of a block; nothing: it is not what was written.
std::optional<std::vector<std::byte>> payload_of(std::vector<std::byte> block,
                                                 std::uint64_t number) {
    std::uint64_t sum = 0;
    if (block.size() <= sizeof sum) {
        return std::nullopt;
    }
    std::memcpy(&sum, block.data() + block.size() - sizeof sum, sizeof sum);
    block.resize(block.size() - sizeof sum);
    return checksum(block, number) == sum ? std::optional{std::move(block)} : std::nullopt;
}

} // namespace

// Each step is reversible for a given word and for a given lane: a different word gives a different
// lane, and a different lane a different sum.
std::uint64_t checksum(std::span<std::byte const> bytes, std::uint64_t seed) noexcept {
    constexpr std::uint64_t factor = 0x9e3779b97f4a7c15U;
    std::array<std::uint64_t, 4> lanes{seed, ~seed, seed ^ factor, seed + bytes.size()};
    auto const mix = [](std::uint64_t& lane, std::uint64_t word) {
        lane = std::rotl((lane ^ word) * factor, 29);
    };
    std::size_t at = 0;
    for (; at + sizeof lanes <= bytes.size(); at += sizeof lanes) {
        std::array<std::uint64_t, 4> words;
        std::memcpy(words.data(), bytes.data() + at, sizeof words);
        for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
            mix(lanes[lane], words[lane]);
        }
    }
    for (; at < bytes.size(); at += sizeof(std::uint64_t)) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
        mix(lanes[0], word);
    }
    std::uint64_t sum = bytes.size();
    for (auto const lane : lanes) {
        mix(sum, lane);
    }
    return sum ^ (sum >> 32);
}

BlockWriter::BlockWriter(std::filesystem::path const& path)
    : file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
    if (!file_) {
        failed_ = store::file_error("cannot make a file of the index");
    }
    block_.reserve(block_bytes);
}

void BlockWriter::write(std::span<std::byte const> bytes) {
    while (!bytes.empty() && !failed_) {
        auto const part = bytes.first(std::min(bytes.size(), payload_bytes - block_.size()));
        block_.insert(block_.end(), part.begin(), part.end());
        bytes = bytes.subspan(part.size());
        if (block_.size() == payload_bytes) {
            write_block();
        }
    }
}

void BlockWriter::write_block() {
    append_checksum(block_, number_);
    if (!write_at(file_.get(), block_, number_ * block_bytes)) {
        failed_ = store::file_error("cannot write a file of the index");
    }
    ++number_;
    block_.clear();
}

Result<store::Done> BlockWriter::finish() {
    if (!failed_ && !block_.empty()) {
        write_block();
    }
    if (!failed_ && ::fsync(file_.get()) != 0) {
        failed_ = store::file_error("cannot sync a file of the index");
    }
    if (failed_) {
        return *failed_;
    }
    return store::Done{};
}

std::optional<BlockReader> BlockReader::open(std::filesystem::path const& path) {
    store::FileHandle file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file) {
        return std::nullopt;
    }
    store::read_ahead(file.get());
    return BlockReader{std::move(file)};
}

bool BlockReader::read(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        if (used_ == block_.size() && !read_block()) {
            return false;
        }
        auto const part = std::min(bytes.size(), block_.size() - used_);
        std::memcpy(bytes.data(), block_.data() + used_, part);
        used_ += part;
        bytes = bytes.subspan(part);
    }
    return true;
}

// A block that ends early is the last one: another after it would begin elsewhere.
bool BlockReader::read_block() {
    auto payload = payload_of(read_at(file_.get(), number_ * block_bytes), number_);
    if (!payload) {
        return false;
    }
    block_ = std::move(*payload);
    used_ = 0;
    ++number_;
    return true;
}

bool BlockReader::is_at_end() {
    return used_ == block_.size() && read_at(file_.get(), number_ * block_bytes).empty();
}

std::optional<BlockEraser> BlockEraser::open(std::filesystem::path const& path) {
    store::FileHandle file{::open(path.c_str(), O_RDWR | O_CLOEXEC)};
    return file ? std::optional{BlockEraser{std::move(file)}} : std::nullopt;
}

bool BlockEraser::load(std::uint64_t number) {
    if (number == number_ && !block_.empty()) {
        return true;
    }
    auto payload =
        store() ? payload_of(read_at(file_.get(), number * block_bytes), number) : std::nullopt;
    block_ = payload ? std::move(*payload) : std::vector<std::byte>{};
    number_ = number;
    return payload.has_value();
}

bool BlockEraser::store() {
    if (!is_changed_) {
        return true;
    }
    append_checksum(block_, number_);
    is_changed_ = false;
    return write_at(file_.get(), block_, number_ * block_bytes);
}

bool BlockEraser::erase(std::uint64_t offset, std::uint64_t length) {
    while (length > 0) {
        auto const start = offset % payload_bytes;
        if (!load(offset / payload_bytes) || start >= block_.size()) {
            return false;
        }
        auto const part = std::min<std::uint64_t>(length, block_.size() - start);
        auto const bytes = std::span{block_}.subspan(start, part);
        if (std::ranges::any_of(bytes, [](std::byte byte) { return byte != std::byte{0}; })) {
            std::ranges::fill(bytes, std::byte{0});
            is_changed_ = true;
        }
        offset += part;
        length -= part;
    }
    return true;
}

bool BlockEraser::finish() {
    return store() && ::fsync(file_.get()) == 0;
}

} // namespace loci::index
