#include "api/json_body.hpp"

#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <loci/base/utf8.hpp>
#include <string>
#include <unordered_set>
#include <vector>

namespace loci::server {
namespace {

namespace json = boost::json;
using json::error_code;

/// Builds the value and sees every name, so that a repeated one can be refused: the parser of the
/// library lets the last one win.
class Builder {
public:
    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    Builder() { stack_.reset(); }

    json::value release() { return stack_.release(); }

    std::string const& repeated_name() const noexcept { return repeated_; }

    bool number_out_of_range() const noexcept { return out_of_range_; }

    bool on_document_begin(error_code&) { return true; }

    bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code&) {
        names_.emplace_back();
        return true;
    }

    bool on_object_end(std::size_t size, error_code&) {
        names_.pop_back();
        stack_.push_object(size);
        return true;
    }

    bool on_array_begin(error_code&) { return true; }

    bool on_array_end(std::size_t size, error_code&) {
        stack_.push_array(size);
        return true;
    }

    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        name_.append(part.data(), part.size());
        stack_.push_chars(part);
        return true;
    }

    bool on_key(json::string_view part, std::size_t, error_code& error) {
        name_.append(part.data(), part.size());
        if (!names_.back().insert(name_).second) {
            repeated_ = std::move(name_);
            error = json::error::test_failure;
            return false;
        }
        name_.clear();
        stack_.push_key(part);
        return true;
    }

    bool on_string_part(json::string_view part, std::size_t, error_code&) {
        stack_.push_chars(part);
        return true;
    }

    bool on_string(json::string_view part, std::size_t, error_code&) {
        stack_.push_string(part);
        return true;
    }

    bool on_number_part(json::string_view, error_code&) { return true; }

    bool on_int64(std::int64_t number, json::string_view, error_code&) {
        stack_.push_int64(number);
        return true;
    }

    bool on_uint64(std::uint64_t number, json::string_view, error_code&) {
        stack_.push_uint64(number);
        return true;
    }

    /// Reads the text again: the parser's own value may be off by one unit in the last place.
    bool on_double(double number, json::string_view text, error_code& error) {
        double exact = number;
        auto const read = std::from_chars(text.data(), text.data() + text.size(), exact);
        if (read.ec != std::errc{}) {
            exact = number;
        }
        if (!std::isfinite(exact)) {
            out_of_range_ = true;
            error = json::error::exponent_overflow;
            return false;
        }
        stack_.push_double(exact);
        return true;
    }

    bool on_bool(bool flag, error_code&) {
        stack_.push_bool(flag);
        return true;
    }

    bool on_null(error_code&) {
        stack_.push_null();
        return true;
    }

    bool on_comment_part(json::string_view, error_code&) { return true; }

    bool on_comment(json::string_view, error_code&) { return true; }

private:
    json::value_stack stack_;
    std::vector<std::unordered_set<std::string>> names_;
    std::string name_;
    std::string repeated_;
    bool out_of_range_ = false;
};

std::string reason_text(error_code const& error, Builder const& builder) {
    if (!builder.repeated_name().empty()) {
        return "repeats a member name";
    }
    if (builder.number_out_of_range() || error == json::error::exponent_overflow) {
        return "holds a number out of range";
    }
    if (error == json::error::too_deep) {
        return "is nested deeper than " + std::to_string(json_depth_limit) + " levels";
    }
    if (error == json::error::incomplete) {
        return "ends too early";
    }
    if (error == json::error::extra_data) {
        return "goes on after its end";
    }
    if (error == json::error::illegal_leading_surrogate ||
        error == json::error::illegal_trailing_surrogate ||
        error == json::error::expected_utf16_escape) {
        return "holds a lone surrogate";
    }
    return "is not JSON in UTF-8";
}

Error malformed(error_code const& error, Builder const& builder, std::size_t position) {
    auto const& name = builder.repeated_name();
    Error result{ErrorKind::invalid, "MALFORMED_JSON",
                 "The request body " + reason_text(error, builder) + " (at byte " +
                     std::to_string(position) + ")"};
    result.details.emplace_back("position", static_cast<std::int64_t>(position));
    if (!name.empty()) {
        result.details.emplace_back("member", std::string{first_code_points(name, 64)});
    }
    return result;
}

} // namespace

Result<json::value> parse_json_body(std::string_view text) {
    json::parse_options options;
    options.max_depth = json_depth_limit;
    json::basic_parser<Builder> parser{options};
    error_code error;
    auto const position = parser.write_some(false, text.data(), text.size(), error);
    if (!error && position < text.size()) {
        error = json::error::extra_data;
    }
    if (error) {
        return malformed(error, parser.handler(), position);
    }
    return parser.handler().release();
}

} // namespace loci::server
