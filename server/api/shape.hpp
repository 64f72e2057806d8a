#pragma once
#include "api/rule.hpp"

#include <boost/json/fwd.hpp>
#include <loci/base/error.hpp>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loci::server {

using Faults = std::vector<FieldError>;

enum class Direction { request, reply };

/// The named schemas of a document, collected while it is written.
class SchemaSet {
public:
    explicit SchemaSet(Direction direction, std::map<std::string, boost::json::object>& named)
        : direction_(direction)
        , named_(named) {}

    Direction direction() const noexcept { return direction_; }

    std::map<std::string, boost::json::object>& named() noexcept { return named_; }

private:
    Direction direction_;
    std::map<std::string, boost::json::object>& named_;
};

/// Where a value is read: the rule it must keep, its path as a client would write it, and the list
/// of faults that it may add to.
struct Spot {
    Rule const& rule;
    std::string path;
    Faults& faults;

    void fault(std::string rule_name, decltype(FieldError::limit) limit = {}) const {
        faults.push_back({path, std::move(rule_name), std::move(limit)});
    }

    Spot below(std::string_view member, Rule const& member_rule) const;
    Spot at(std::size_t index) const;
};

/// How a parameter's text is turned into a JSON value before it is read.
enum class ParameterKind { text, integer, number, boolean, list, none };

struct Member {
    std::string name; ///< on the wire
    Rule const* rule;
    bool required;
    ParameterKind parameter;
    void (*read)(void* object, boost::json::value const& value, Spot const& spot);
    void (*write)(void const* object, std::string& out);
    bool (*is_absent)(void const* object);
    boost::json::object (*schema)(Rule const& rule, SchemaSet& schemas);
};

/// A described struct without its type: what reading, writing and documenting need.
struct Shape {
    std::string name;
    std::vector<Member> members;
    std::vector<std::string> problems; ///< members without a rule, rules without a member
    void const* initial = nullptr;     ///< a default-constructed object, for defaults

    Member const* find(std::string_view wire_name) const noexcept;
};

/// Reads the members; unknown ones are ignored, null counts as absent.
void read_object(Shape const& shape, void* object, boost::json::value const& value,
                 Spot const& spot);
void write_object(Shape const& shape, void const* object, std::string& out);

/// Adds the schema to the set, and returns a reference to it.
boost::json::object refer_to(Shape const& shape, SchemaSet& schemas);

/// The schema of one member, as a parameter or a property.
boost::json::object member_schema(Shape const& shape, Member const& member, SchemaSet& schemas);

/// Query parameters as a JSON object that the shape can read: lists by comma and repetition,
/// booleans `true|false|1|0`, numbers in base 10 without sign. A text that is none stays text, and
/// so is of the wrong type.
boost::json::object
from_parameters(Shape const& shape,
                std::vector<std::pair<std::string, std::string>> const& parameters, Faults& faults);

/// One sentence for a fault, for people.
std::string sentence(FieldError const& fault);

/// `kind` invalid, `VALIDATION_ERROR`, with all faults.
Error validation_error(Faults faults);

} // namespace loci::server
