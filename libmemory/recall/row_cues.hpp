#pragma once
#include "recall/candidates.hpp"
#include "recall/question.hpp"

#include <string>
#include <vector>

namespace loci::recall {

class CandidateStems;

/// For each candidate from number `from` on, what its columns say to the question, within 0..1.
/// Together they are the cues that need no second reading of the text.

/// 1 where the question names exactly one of the candidates' speakers, and this is a row of hers. A
/// question in the first person names the speaker `user`, if there is one.
std::vector<double> speaker_agreement(Question const& question, Candidates const& candidates);

/// The words of all names of the candidates' speakers, as `plain_words`, sorted.
std::vector<std::string> speaker_words(Candidates const& candidates);

/// Agreement of the event's time, else the record's, with the dates in the question.
std::vector<double> date_agreement(Question const& question, Candidates const& candidates);

/// Share of the quoted phrases that the row holds word for word.
std::vector<double> phrase_agreement(Question const& question, Candidates const& candidates,
                                     CandidateStems const& stems);

/// 2^(-age / half life), of the event's time, else the record's; 1 for the future.
std::vector<double> recency(Candidates const& candidates, Timestamp now, double half_life_days);

/// The memory's importance; 0.5 where it is unknown.
std::vector<double> importance(Candidates const& candidates);

} // namespace loci::recall
