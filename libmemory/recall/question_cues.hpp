#pragma once
#include "recall/dates.hpp"

#include <loci/base/clock.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace loci::recall {

/// What a question asks for, beside its words. Wording is English.
struct QuestionCues {
    bool asks_time = false;    ///< when, what date, how long …
    bool asks_number = false;  ///< how many, how often
    bool asks_name = false;    ///< who, where, or what or which before a noun
    bool first_person = false; ///< the asker speaks of himself: what did I …
    QuestionDates dates;
    std::vector<std::string> words;   ///< as `plain_words`
    std::vector<std::string> phrases; ///< texts between double quotes
};

QuestionCues read_question_cues(std::string_view question, Timestamp now);

/// Whether the question names this speaker: the whole name, or its first or last word. A single
/// word that is common in English (`Will`) does not name anybody.
bool names_speaker(QuestionCues const& cues, std::string_view speaker);

} // namespace loci::recall
