import Simulator
import Testing

@Suite("Spot trace")
struct SpotTraceTests {
  static let header =
    "campaign,kind,nodes_requested,zone,gpu,gpus_per_node,probe_gap_s,start_s,end_s,nodes_available"

  static func parse(
    _ rows: [String], header: String = header, campaign: String = "c", zones: [String] = []
  ) throws(SpotTraceError) -> SpotTrace {
    let text = ([header] + rows).joined(separator: "\n") + "\n"
    return try SpotTrace.parse(
      csv: [UInt8](text.utf8), campaign: campaign, zones: zones, days: 1)
  }

  static func row(_ zone: String, _ start: String, _ end: String, _ nodes: String = "1") -> String {
    "c,availability,1,\(zone),v100,1,195,\(start),\(end),\(nodes)"
  }

  @Test("rows become runs of ticks; neighbours that are up join; the window cuts")
  func runs() throws {
    let trace = try Self.parse([
      Self.row("a-1a", "0", "44"), Self.row("a-1a", "44", "90", "2"),
      Self.row("a-1a", "90", "120", "0"), Self.row("a-1a", "120", "100000"),
      "c,preemption,1,a-1a,v100,1,32,0,50,1",
    ])
    #expect(trace.zones == ["a-1a"])
    #expect(trace.ticks == 5760)
    #expect(trace.up == [[0..<6, 8..<5760]])
  }

  @Test("zones come in the order asked for; one without a row in the window is left out")
  func zones() throws {
    let rows = [
      Self.row("a-1a", "0", "90"), Self.row("b-1a", "0", "90"), Self.row("z-1a", "90000", "90060"),
    ]
    #expect(try Self.parse(rows, zones: ["b-1a", "a-1a"]).zones == ["b-1a", "a-1a"])
    #expect(try Self.parse(rows).zones == ["a-1a", "b-1a"])
  }

  @Test(
    "a faulty row is refused with its number, its column and the fix",
    arguments: [
      ([row("a", "0", "x")], "row 2: end_s can not be \"x\""),
      ([row("a", "-5", "10")], "row 2: start_s can not be \"-5\""),
      ([row("a", "0", "10", "-1")], "row 2: nodes_available can not be \"-1\""),
      ([row("a", "10", "10")], "row 2: end_s can not be \"10\""),
      (["c,availability"], "row 2: 2 columns, but the header has 10"),
      ([row("a", "0", "50"), row("a", "60", "70")], "row 3: start_s 60 of a leaves a gap"),
      ([row("a", "0", "50"), row("a", "40", "70")], "row 3: start_s 40 of a overlaps"),
      ([row("a", "20", "50"), row("a", "0", "20")], "row 3: start_s 0 of a lies before"),
      ([String](), "the trace has no rows"),
    ])
  func faults(rows: [String], message: String) {
    let error = #expect(throws: SpotTraceError.self) { try Self.parse(rows) }
    #expect(error.map { $0.description.hasPrefix(message) } == true, "\(String(describing: error))")
  }

  @Test("a missing column, an unknown campaign and an unknown zone name what there is")
  func unknown() {
    let rows = [Self.row("a-1a", "0", "90")]
    let five = ["campaign", "kind", "zone", "start_s", "end_s"]
    #expect(throws: SpotTraceError.missingColumn("nodes_available", found: five)) {
      try Self.parse([], header: five.joined(separator: ","))
    }
    #expect(throws: SpotTraceError.unknownCampaign("d", known: ["c"])) {
      try Self.parse(rows, campaign: "d")
    }
    #expect(throws: SpotTraceError.unknownZone("b-1a", known: ["a-1a"])) {
      try Self.parse(rows, zones: ["b-1a"])
    }
  }

  @Test("jitter moves changes earlier by at most its width, and leaves the ends of the trace")
  func jitter() {
    let trace = SpotTrace(
      zones: ["a"], tick: .seconds(15), ticks: 1000, up: [[0..<200, 300..<1000]])
    for seed in 0..<20 {
      let up = trace.jittered(0...38, seed: UInt64(seed)).up[0]
      #expect(up.count == 2)
      #expect(up[0].lowerBound == 0 && up[1].upperBound == 1000)
      #expect((162...200).contains(up[0].upperBound))
      #expect((262...300).contains(up[1].lowerBound))
    }
    #expect(trace.jittered(0...0, seed: 1) == trace)
  }

  @Test("the region of a zone is its name without the last letter, where it is one")
  func region() {
    #expect(SpotTrace.region(of: "us-east-1c") == "us-east-1")
    #expect(SpotTrace.region(of: "us-central1-a") == "us-central1-a")
    #expect(SpotTrace.region(of: "") == "")
  }
}
