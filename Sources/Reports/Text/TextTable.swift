/// A table that fits its width: columns fall away, least wanted first, before names are cut.
struct TextTable {
  struct Column {
    var title: String
    var cells: [String]
    var alignsRight = true
    /// Columns with the highest number go first when there is no room; 0 stays.
    var dropped = 0
    var paint: TableStyle.Paint?
  }

  var columns: [Column]
  var style: TableStyle
  /// The last row is a sum and stands out.
  var hasTotal = false

  private static let gap = "  "

  func lines(width: Int) -> [String] {
    let (columns, widths) = fitted(to: width)
    var lines = [style.paint(line(columns.map(\.title), columns, widths), .dim)]
    for row in 0..<(columns.first?.cells.count ?? 0) {
      let isTotal = hasTotal && row == (columns.first?.cells.count ?? 0) - 1
      let cells = columns.map { $0.cells[row] }
      guard !isTotal else {
        lines.append(style.paint(line(cells, columns, widths), .bold))
        continue
      }
      lines.append(painted(cells, columns, widths))
    }
    return lines
  }

  private func fitted(to width: Int) -> ([Column], [Int]) {
    var columns = columns
    var widths = columns.map(natural)
    while total(widths) > width, let last = columns.map(\.dropped).max(), last > 0,
      let index = columns.lastIndex(where: { $0.dropped == last })
    {
      columns.remove(at: index)
      widths.remove(at: index)
    }
    // What is still too much comes off the first column, which holds the name.
    let excess = total(widths) - width
    if excess > 0, let first = widths.first { widths[0] = max(8, first - excess) }
    return (columns, widths)
  }

  private func natural(_ column: Column) -> Int {
    (column.cells + [column.title]).map(Cells.width).max() ?? 0
  }

  private func total(_ widths: [Int]) -> Int {
    widths.reduce(0, +) + Self.gap.count * max(0, widths.count - 1)
  }

  private func line(_ cells: [String], _ columns: [Column], _ widths: [Int]) -> String {
    Self.trimmed(
      zip(cells, zip(columns, widths)).map { padded($0, $1.0, $1.1) }.joined(separator: Self.gap))
  }

  private func painted(_ cells: [String], _ columns: [Column], _ widths: [Int]) -> String {
    let parts = zip(cells, zip(columns, widths)).map { cell, place in
      let text = padded(cell, place.0, place.1)
      return place.0.paint.map { style.paint(text, $0) } ?? text
    }
    return Self.trimmed(parts.joined(separator: Self.gap))
  }

  private func padded(_ cell: String, _ column: Column, _ width: Int) -> String {
    let cut = Cells.cut(cell, width, mark: style.words("…"))
    return column.alignsRight ? Cells.right(cut, width) : Cells.left(cut, width)
  }

  static func trimmed(_ line: String) -> String {
    var line = line[...]
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}
