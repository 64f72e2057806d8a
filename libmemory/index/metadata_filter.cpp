#include "index/metadata_filter.hpp"

#include "index/json_list.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace loci::index {
namespace {

namespace json = boost::json;

constexpr store::Sql metadata_of{
    "SELECT key, metadata FROM revision WHERE key IN (SELECT value FROM json_each(?1))"};

constexpr std::size_t keys_per_query = 1000;

std::optional<json::value> parse(std::string_view text) {
    json::error_code failed;
    auto value = json::parse(json::string_view{text.data(), text.size()}, failed);
    return failed ? std::nullopt : std::optional{std::move(value)};
}

bool equal(json::value const& left, json::value const& right);

bool equal_objects(json::object const& left, json::object const& right) {
    return left.size() == right.size() &&
           std::all_of(left.begin(), left.end(), [&](auto const& member) {
               auto const* other = right.if_contains(member.key());
               return other != nullptr && equal(member.value(), *other);
           });
}

bool equal(json::value const& left, json::value const& right) {
    if (left.is_object() && right.is_object()) {
        return equal_objects(left.get_object(), right.get_object());
    }
    if (left.is_array() && right.is_array()) {
        return std::equal(left.get_array().begin(), left.get_array().end(),
                          right.get_array().begin(), right.get_array().end(), equal);
    }
    if (left.is_number() && right.is_number() && (left.is_double() || right.is_double())) {
        return left.to_number<double>() == right.to_number<double>();
    }
    return left == right;
}

using Members = std::vector<std::pair<std::string_view, json::value>>;

bool holds(std::string_view metadata, Members const& wanted) {
    auto const parsed = parse(metadata);
    return parsed && parsed->is_object() &&
           std::all_of(wanted.begin(), wanted.end(), [&](auto const& member) {
               auto const* value = parsed->get_object().if_contains(
                   json::string_view{member.first.data(), member.first.size()});
               return value != nullptr && equal(*value, member.second);
           });
}

} // namespace

std::optional<Error> check_metadata(WantedMembers const& wanted) {
    for (auto const& [name, text] : wanted) {
        if (!parse(text)) {
            return invalid_field("metadata", "json", "a wanted metadata value is not JSON");
        }
    }
    return std::nullopt;
}

void keep_metadata(store::ReadTransaction& transaction, OwnerView const& view,
                   WantedMembers const& wanted, Bitmap& allowed) {
    Members members;
    for (auto const& [name, text] : wanted) {
        members.emplace_back(name, parse(text).value_or(json::value{}));
    }
    std::vector<std::int64_t> keys;
    allowed.for_each([&](std::uint32_t position) { keys.push_back(view.key(position)); });
    auto kept = Bitmap{view.size()};
    for (std::size_t begin = 0; begin < keys.size(); begin += keys_per_query) {
        auto const count = std::min(keys_per_query, keys.size() - begin);
        auto rows =
            transaction.query(metadata_of, json_list(std::span{keys}.subspan(begin, count)));
        while (rows.next()) {
            auto const position = view.position_of(rows.integer(0));
            if (position && holds(rows.text(1), members)) {
                kept.set(*position);
            }
        }
    }
    allowed = std::move(kept);
}

} // namespace loci::index
