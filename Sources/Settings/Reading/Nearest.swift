/// The candidate most like `word`, at most `limit` slips away; nil when none is near.
///
/// A word of one or two letters is near everything, so the limit never reaches its length.
func nearest(to word: String, among candidates: [String], limit: Int = 2) -> String? {
  let measured = candidates.map { (distance(word, $0), $0) }
  guard let best = measured.min(by: { $0 < $1 }), best.0 <= min(limit, word.count - 1) else {
    return nil
  }
  return best.1
}

/// Damerau-Levenshtein distance with adjacent transpositions ("optimal string alignment"): how
/// many insertions, deletions, replacements or swaps of neighbours turn one word into the other.
func distance(_ left: String, _ right: String) -> Int {
  let a = Array(left)
  let b = Array(right)
  // Words of very different length are far apart; a huge key must not cost a huge table.
  guard abs(a.count - b.count) <= 8, a.count <= 256 else { return max(a.count, b.count) }
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var older: [Int] = []
  var previous = Array(0...b.count)
  for i in 1...a.count {
    var current = [i]
    for j in 1...b.count {
      let replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
      var best = min(previous[j] + 1, current[j - 1] + 1, replaced)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, older[j - 2] + 1)
      }
      current.append(best)
    }
    older = previous
    previous = current
  }
  return previous[b.count]
}
