#include "cli/line_reader.hpp"

#include <istream>

namespace loci::cli {

LineReader::Line LineReader::next(std::string& line) {
    line.clear();
    auto* buffer = in_.rdbuf();
    bool too_long = false;
    bool any = false;
    using Traits = std::istream::traits_type;
    for (auto letter = buffer->sbumpc();; letter = buffer->sbumpc()) {
        if (Traits::eq_int_type(letter, Traits::eof())) {
            if (!any) {
                return Line::end;
            }
            break;
        }
        any = true;
        auto const character = Traits::to_char_type(letter);
        if (character == '\n') {
            break;
        }
        if (line.size() < limit) {
            line += character;
        } else {
            too_long = true;
        }
    }
    ++number_;
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) {
        line.erase(0, 3);
    }
    return too_long ? Line::too_long : Line::text;
}

} // namespace loci::cli
