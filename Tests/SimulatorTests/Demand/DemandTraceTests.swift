import FleetModel
import Simulator
import Testing

@Suite("Reading demand")
struct DemandTraceTests {
  static func read(
    _ text: String, _ kind: DemandKind, capacity: Double? = 2, tick: Duration = .seconds(5),
    ticks: Int? = nil
  ) -> Result<DemandTrace, DemandTraceError> {
    DemandTrace.parse(
      csv: Array(text.utf8),
      as: DemandReading(kind: kind, tick: tick, capacity: capacity, ticks: ticks))
  }

  @Test(
    "counts are read in any dress a CSV file has",
    arguments: [
      "t_s,requests\n0,10\n5,20\n10,0\n", "t_s,requests\r\n0,10\r\n5,20\r\n10,0",
      "\u{FEFF}requests,name,t_s\n10,a,0\n20,b,5\n0,c,10\n\n",
      "t_s,note,requests\n0,\"a,b\",\"10\"\n5,, 20\n10,x,0.0\n",
      "t_s,requests\n0,1e1\n5,+20\n10,-0\n",
      "t_s,requests\n100.5,10\n105.5,20\n110.5,0\n",
    ])
  func counts(text: String) throws {
    let trace = try Self.read(text, .counts).get()
    #expect(trace.requests == [10, 20, 0])
    #expect(trace.offered == [1, 2, 0])
  }

  @Test("a rate is held over its window, also across ticks")
  func rate() throws {
    let text = "t_s,requests_per_s\n0,4\n7.5,8\n"
    let trace = try Self.read(text, .rate).get()
    #expect(trace.requests == [20, 30, 40])
    #expect(trace.offered == [2, 3, 4])
    #expect(try Self.read("t_s,requests_per_s\n0,4\n", .rate).get().requests == [20])
    #expect(try Self.read(text, .rate, ticks: 2).get().requests == [20, 30])
  }

  @Test("counts of another step are spread or summed to the tick")
  func step() throws {
    let text = "t_s,requests\n0,10\n10,30\n"
    #expect(try Self.read(text, .counts).get().requests == [5, 5, 15, 15])
    #expect(try Self.read(text, .counts, tick: .seconds(20)).get().requests == [40])
  }

  @Test("requests without a run time are counted where they arrive, up to the last")
  func arrivals() throws {
    let trace = try Self.read("t_s,tokens\n0,1\n4.999,1\n5,1\n17,1\n", .requests).get()
    #expect(trace.requests == [2, 1, 0, 1])
    #expect(trace.offered == [0.2, 0.1, 0, 0.1])
    let longer = try Self.read("t_s\n0\n0\n", .requests, ticks: 3).get()
    #expect(longer.requests == [2, 0, 0])
    #expect(try Self.read("t_s\n0\n9\n", .requests, ticks: 1).get().requests == [1])
  }

  @Test("a run time is a replica's work from arrival on; what did not run is left out")
  func runTimes() throws {
    let text = "t_s,exec_s,status\n2,10,ok\n3,0,ok\n4,,lost\n6,1.5,failed\n"
    let trace = try Self.read(text, .requests, capacity: nil, ticks: 4).get()
    #expect(trace.requests == [1, 1, 0, 0])
    #expect(trace.offered == [0.6, 1.3, 0.4, 0])
    let whole = try Self.read(text, .requests, capacity: nil).get()
    #expect(whole.count == 17_280 + 200)
    #expect(try Self.read("t_s,exec_s\n1,99\n", .requests, ticks: 2).get().offered == [0.8, 1])
  }

  @Test(
    "a fault names its row, its column and its value",
    arguments: [
      ("", DemandKind.counts, DemandTraceError.empty), ("t_s,requests\n", .counts, .empty),
      ("t_s,qps\n0,1\n", .counts, .missingColumn("requests", found: ["t_s", "qps"])),
      ("t_s,requests\n0,1\n", .rate, .missingColumn("requests_per_s", found: ["t_s", "requests"])),
      ("time\n0\n", .requests, .missingColumn("t_s", found: ["time"])),
      ("t_s,requests\n0,1\n5,x\n", .counts, .notANumber(row: 3, column: "requests", text: "x")),
      ("t_s,requests\n0,1\n5,\n", .counts, .notANumber(row: 3, column: "requests", text: "")),
      (
        "t_s,requests\n0,1\n5,1.2.3\n", .counts,
        .notANumber(row: 3, column: "requests", text: "1.2.3")
      ),
      ("t_s,requests\n0,1\n5\n", .counts, .missingCell(row: 3, column: "requests")),
      ("t_s,requests\n0,nan\n", .counts, .notFinite(row: 2, column: "requests", text: "nan")),
      ("t_s,requests\n0,inf\n", .counts, .notFinite(row: 2, column: "requests", text: "inf")),
      ("t_s,requests\n0,1\n\n5,-2\n", .counts, .negative(row: 4, column: "requests", value: -2)),
      ("t_s,requests\n-5,1\n0,2\n", .counts, .negative(row: 2, column: "t_s", value: -5)),
      ("t_s,requests\n0,1\n5,1\n3,1\n", .counts, .unsorted(row: 4, time: 3, previous: 5)),
      ("t_s,requests\n0,1\n5,1\n5,1\n", .counts, .repeated(row: 4, time: 5)),
      (
        "t_s,requests\n0,1\n5,1\n15,1\n20,1\n", .counts, .gap(row: 4, time: 15, step: 10, common: 5)
      ),
      (
        "t_s,requests\n0,1\n10,1\n15,1\n20,1\n", .counts,
        .gap(row: 3, time: 10, step: 10, common: 5)
      ),
      ("t_s\n5\n4\n", .requests, .unsorted(row: 3, time: 4, previous: 5)),
      ("t_s\n0\n1700000000\n", .requests, .tooLong(row: 3, time: 1_700_000_000)),
      ("t_s,exec_s\n0,-1\n", .requests, .negative(row: 2, column: "exec_s", value: -1)),
      ("t_s,requests\n0,1e9\n", .counts, .tooLarge(row: 2, column: "requests", value: 1e9)),
    ])
  func faults(text: String, kind: DemandKind, error: DemandTraceError) {
    #expect(Self.read(text, kind) == .failure(error))
    #expect(error.description.contains(":"))
  }

  @Test("a replica's capacity is asked for where the file needs one, and checked")
  func capacity() {
    let counts = "t_s,requests\n0,1\n"
    #expect(Self.read(counts, .counts, capacity: nil) == .failure(.needsCapacity(.counts)))
    #expect(Self.read("t_s\n0\n", .requests, capacity: nil) == .failure(.needsCapacity(.requests)))
    #expect(Self.read(counts, .counts, capacity: 0) == .failure(.badCapacity(0)))
    #expect(Self.read(counts, .counts, ticks: 2) == .failure(.beyondEnd(ticks: 2, available: 1)))
    let crowd = "t_s\n0\n" + String(repeating: "1\n", count: 20)
    #expect(
      Self.read(crowd, .requests, capacity: 1.1e-6)
        == .failure(.tooLarge(row: 7, column: "t_s", value: 1)))
  }

  @Test("a change of tick keeps work and requests")
  func resampling() {
    let offered = (0..<100).map { Double($0 % 9) }
    let trace = DemandTrace(tick: .seconds(5), offered: offered, requests: offered.map { $0 * 3 })
    for seconds in [1, 2, 3, 5, 7, 30, 1000] as [Int64] {
      let other = trace.resampled(to: .seconds(seconds))
      let work = other.offered.reduce(0, +) * Double(seconds)
      #expect(abs(work - offered.reduce(0, +) * 5) < 1e-6)
      #expect(abs(other.requestCount - trace.requestCount) < 1e-6)
      #expect(other.count == Int((500 + seconds - 1) / seconds))
    }
  }
}
