/// The candidate most like `word`, at most two slips away (insertions, deletions, replacements);
/// nil when none is near.
func nearestName(to word: String, among candidates: [String]) -> String? {
  let measured = candidates.map { (slips(Array(word), Array($0)), $0) }
  guard let best = measured.min(by: { $0 < $1 }), best.0 <= min(2, word.count - 1) else {
    return nil
  }
  return best.1
}

/// Levenshtein's distance.
private func slips(_ left: [Character], _ right: [Character]) -> Int {
  guard abs(left.count - right.count) <= 2, left.count <= 256 else { return .max }
  var previous = Array(0...right.count)
  for (row, letter) in left.enumerated() {
    var current = [row + 1]
    for (column, other) in right.enumerated() {
      current.append(
        min(
          previous[column + 1] + 1, current[column] + 1,
          previous[column] + (letter == other ? 0 : 1)))
    }
    previous = current
  }
  return previous[right.count]
}
