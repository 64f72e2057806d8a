#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <loci/base/result.hpp>
#include <optional>
#include <span>
#include <store/directory.hpp>
#include <vector>

/// Files that notice every change of a byte: a stream of bytes cut into blocks, each with a
/// checksum.
namespace loci::index {

/// Writes a new file, closed to other users. Errors are kept until `finish`.
///
/// Threads: one.
class BlockWriter {
public:
    explicit BlockWriter(std::filesystem::path const& path);

    void write(std::span<std::byte const> bytes);

    /// Makes the file durable. Errors: `unavailable`.
    Result<store::Done> finish();

private:
    void write_block();

    store::FileHandle file_;
    std::vector<std::byte> block_;
    std::uint64_t number_ = 0;
    std::optional<Error> failed_;
};

/// Reads from the beginning.
///
/// Threads: one.
class BlockReader {
public:
    /// Nothing when there is no such file.
    static std::optional<BlockReader> open(std::filesystem::path const& path);

    /// False: a byte is not what was written, or the stream is shorter.
    bool read(std::span<std::byte> bytes);

    /// Whether everything was read.
    bool is_at_end();

private:
    explicit BlockReader(store::FileHandle file) noexcept
        : file_(std::move(file)) {}

    bool read_block();

    store::FileHandle file_;
    std::vector<std::byte> block_;
    std::size_t used_ = 0;
    std::uint64_t number_ = 0;
};

/// Writes zeros over ranges of the stream, and the checksums of their blocks.
///
/// Threads: one.
class BlockEraser {
public:
    /// Nothing when there is no such file.
    static std::optional<BlockEraser> open(std::filesystem::path const& path);

    /// Ranges come in ascending order. False: a block is not what was written, or cannot be
    /// written.
    bool erase(std::uint64_t offset, std::uint64_t length);

    /// Makes it durable.
    bool finish();

private:
    explicit BlockEraser(store::FileHandle file) noexcept
        : file_(std::move(file)) {}

    bool load(std::uint64_t number);
    bool store();

    store::FileHandle file_;
    std::vector<std::byte> block_;
    std::uint64_t number_ = 0;
    bool is_changed_ = false;
};

/// Differs when any single 64-bit word of `bytes` does.
std::uint64_t checksum(std::span<std::byte const> bytes, std::uint64_t seed) noexcept;

} // namespace loci::index
