#pragma once
#include <cstddef>
#include <iosfwd>
#include <string>

namespace loci::cli {

/// Reads text line by line, with a bound on the memory that one line may take.
class LineReader {
public:
    explicit LineReader(std::istream& in)
        : in_(in) {}

    enum class Line { text, too_long, end };

    /// Without the line's end, and the first without a byte order mark. A line beyond the limit is
    /// passed over.
    Line next(std::string& line);

    std::size_t number() const { return number_; } ///< of the last line, from 1

    static constexpr std::size_t limit = 16u * 1024 * 1024;

private:
    std::istream& in_;
    std::size_t number_ = 0;
};

} // namespace loci::cli
