/// What is published of a GPU model's power.
struct BoardPower: Sendable, Hashable {
  /// The vendor's limit for the board; nil: the model is not in the list.
  var watts: Double?

  /// - Parameter model: the exporter's name, "NVIDIA H100 80GB HBM3"; nil or unknown: nothing is
  ///   taken for granted.
  init(model: String?) {
    guard let model else { return }
    let words = model.uppercased().split { !$0.isLetter && !$0.isNumber }
    watts =
      Self.boards.first { row in row.words.allSatisfy { words.contains(Substring($0)) } }?.watts
    hasLargeStep = words.contains("L40S")
    hasMeasuredStep = words.contains("H100") || words.contains("A100")
  }

  private var hasLargeStep = false
  private var hasMeasuredStep = false

  /// The most that a process which only holds a context adds: the published steps with a fifth for
  /// spread (H100 and A100 26–50 W, L40S 66 W; arXiv 2605.23918); else our judgement†.
  var contextStep: Double {
    if hasMeasuredStep { return 58 }
    if hasLargeStep { return 76 }
    return watts.map { $0 < 100 } ?? false ? 20 : 60
  }

  /// Its power cannot tell little work from none.
  var cannotTell: Bool { watts.map { $0 <= 75 } ?? false }

  /// Board limits from NVIDIA's data sheets, most special first. Words must all be in the name.
  private static let boards: [(words: [String], watts: Double)] = [
    (["H100", "PCIE"], 350), (["H100", "NVL"], 400), (["H100"], 700), (["H200"], 700),
    (["GH200"], 900), (["H20"], 400), (["H800"], 700), (["B100"], 700), (["B200"], 1000),
    (["GB200"], 1200), (["B300"], 1400), (["GB300"], 1400), (["A100", "PCIE", "40GB"], 250),
    (["A100", "PCIE"], 300), (["A100"], 400), (["A800"], 400), (["A30"], 165), (["A40"], 300),
    (["A10G"], 300), (["A10"], 150), (["A16"], 62), (["A2"], 60), (["L40S"], 350), (["L40"], 300),
    (["L20"], 275), (["L4"], 72), (["L2"], 75), (["T4"], 70), (["T4G"], 70), (["V100"], 300),
    (["P100"], 250), (["P4"], 75), (["P40"], 250), (["M60"], 150), (["K80"], 150),
  ]
}
