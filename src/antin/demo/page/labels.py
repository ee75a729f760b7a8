"""The fixed words of the page, in both languages; whatever else it says comes from the story."""

VI = {
    "thousands": ".",
    "title": "Ấn Tín: kết quả trình diễn",
    "brand": "Ấn Tín",
    "brand_line": "Bản trình diễn",
    "skip": "Đến phần nội dung",
    "contents": "Mục lục",
    "notice_invented": "Đây là bản trình diễn. Mọi cơ quan, con người và văn bản nêu ở đây đều là hư cấu.",
    "notice_provider": (
        "Thành phần mật mã dùng trong bản trình diễn chưa được chứng nhận và không do Ban Cơ yếu Chính phủ cung "
        "cấp. Theo Điều 11 Luật Cơ yếu số 05/2011/QH13, không được dùng nó để bảo vệ bí mật nhà nước thật."
    ),
    "notice_label": "Lưu ý bắt buộc",
    "headline_ok": "Kế hoạch đến bốn hệ, đơn vị nào cũng học, làm, báo cáo; lùi ngày thì lộ; việc nào cũng kiểm được.",
    "headline_failed": "Bản trình diễn không đạt: có việc không diễn ra như phải thế.",
    "failures": "Những việc không đạt",
    "failed_proof": "Đường chứng minh không dẫn tới gốc cây",
    "tally": "{steps_ok} trên {steps} bước đạt, {refused} trên {attacks} lần thử phá bị từ chối. "
    "Thời gian chạy: {seconds}.",
    "made_at": "Lập lúc",
    "fingerprint": "Vân tay gốc tin cậy",
    "fingerprint_note": (
        "Vân tay khóa của cơ quan quản lý danh bạ quốc gia trong bản trình diễn. Ngoài thực tế, vân tay này được "
        "trao tay trên giấy và gõ vào; không tin vân tay do chính máy cần kiểm tra đưa ra."
    ),
    "verify": "Dòng lệnh kiểm tra bằng chứng",
    "verify_note": "Chạy trong thư mục chứa trang này. Không cần mạng, không cần hỏi trạm nào.",
    "story": "Diễn biến",
    "story_lead": "Mỗi bước ghi việc đã làm và điều việc ấy chứng minh.",
    "proves": "Chứng minh:",
    "would_prove": "Lẽ ra phải chứng minh:",
    "step_ok": "Đạt",
    "step_failed": "Không đạt",
    "document": "Văn bản",
    "page_alt": "Trang {n} trên {count} của báo cáo sơ kết thí dụ",
    "page_caption": "Trang {n}/{count}",
    "no_pages": "Không có ảnh trang nào của văn bản.",
    "facts": "Thông tin của văn bản",
    "board": "Bảng theo dõi",
    "goals": "Mục tiêu so với thời gian",
    "board_lead": "Mỗi dòng là một đơn vị; đọc từ trái sang phải để biết việc đã đến đâu. Không ai phải gọi điện hỏi.",
    "board_caption": "Ai nhận, tiếp nhận, quán triệt, báo cáo; ai chậm",
    "addressee": "Đơn vị, tiến độ",
    "not_yet": "chưa",
    "board_empty": "Chưa có nơi nhận nào.",
    "books": "Sổ đăng ký",
    "books_lead": "Sổ do chính các bản ghi trong nhật ký điền vào, không ai gõ tay thêm được dòng nào.",
    "books_empty": "Chưa có sổ nào.",
    "book_empty": "Sổ chưa có dòng nào.",
    "scroll": "Bảng rộng: kéo ngang để xem hết các cột.",
    "proof": "Bằng chứng trong nhật ký",
    "proof_lead": (
        "Hãy hình dung nhật ký của trạm như một quyển sổ đóng dấu giáp lai. Mỗi bản ghi được rút thành một giá trị "
        "băm: sửa một chữ là giá trị ấy đổi. Hai giá trị đứng cạnh nhau ghép thành một giá trị ở hàng trên, cứ thế lên "
        "đến gốc cây; trạm ký vào gốc ấy, gọi là điểm chốt."
    ),
    "proof_clerk": (
        "Muốn sửa, rút hay chèn một bản ghi thì gốc cây phải đổi, mà điểm chốt đã ký thì nơi khác đang giữ. Chỉ với "
        "các giá trị vẽ dưới đây, ai cũng tính lại được đường từ bản ghi lên gốc, không phải tin trạm và không "
        "phải xem bản ghi nào khác."
    ),
    "proof_record": "Bản ghi được chứng minh",
    "proof_journal": "Nhật ký",
    "proof_place": "Vị trí",
    "proof_place_value": "lá số {index} (đếm từ 0) trong {size} bản ghi",
    "proof_result": "Kết quả tính lại",
    "proof_ok": "Khớp: các giá trị dẫn từ bản ghi lên đúng gốc cây.",
    "proof_failed": "Không khớp: các giá trị không dẫn tới gốc cây.",
    "proof_none": "Không có bằng chứng nào trong lần chạy này.",
    "proof_figure": (
        "Viền đỏ: bản ghi và điểm chốt. Viền liền: giá trị tính lại được. Viền đứt: giá trị bên cạnh, lấy từ bằng "
        "chứng. Chấm tròn: chỗ hai giá trị ghép làm một."
    ),
    "proof_values": "Giá trị đầy đủ, để kiểm từng bước",
    "proof_table": "Đường từ bản ghi lên gốc cây",
    "proof_level": "Hàng",
    "proof_node": "Giá trị trên đường đi",
    "proof_sibling": "Giá trị bên cạnh",
    "proof_rule": "Ghép: SHA-256 của byte 01, giá trị bên trái, giá trị bên phải.",
    "proof_alone": "Bản ghi duy nhất, nên cũng là gốc cây.",
    "checkpoint": "Nguyên văn điểm chốt",
    "side_left": "bên trái",
    "side_right": "bên phải",
    "tree_title": "Đường từ bản ghi lên gốc cây của nhật ký",
    "tree_desc": (
        "Từ dưới lên: lá số {index} ({leaf}); các giá trị bên cạnh: {siblings}; gốc cây {root}; trên cùng là điểm chốt "
        "có chữ ký của {origin}, gồm {size} bản ghi."
    ),
    "tree_none": "không có",
    "tree_checkpoint": "Điểm chốt có chữ ký",
    "tree_size": "{size} bản ghi",
    "tree_root": "gốc cây",
    "tree_not_root": "KHÔNG khớp gốc",
    "tree_leaf": "Bản ghi này: lá số {index}",
    "attacks": "Thử phá",
    "attacks_lead": "Cố ý làm sai, để thấy hệ thống từ chối và nói rõ vì sao.",
    "attacks_empty": "Chưa thử phá lần nào.",
    "refused": "Bị từ chối",
    "not_refused": "Không bị từ chối",
    "code": "Mã lỗi",
    "answer": "Hệ thống trả lời",
    "no_answer": "(không trả lời)",
    "next": "Làm gì tiếp",
    "next_lead": "Các trạm của bản trình diễn còn nguyên trong thư mục này; có thể tự tay làm tiếp.",
    "footer": "Trang này là một tệp độc lập: không tải gì từ mạng, không chạy chương trình nào.",
}

EN = {
    "thousands": ",",
    "title": "Ấn Tín: result of the demonstration",
    "brand": "Ấn Tín",
    "brand_line": "Demonstration",
    "skip": "Skip to the content",
    "contents": "Contents",
    "notice_invented": "This is a demonstration. Every agency, person and document in it is invented.",
    "notice_provider": (
        "The cryptographic provider used here is not certified and is not supplied by the Government Cipher "
        "Committee. Under Article 11 of the Cipher Law (Luật Cơ yếu 05/2011/QH13) it may not be used to protect real "
        "state secrets."
    ),
    "notice_label": "Required notice",
    "headline_ok": "The plan reached four branches; each studied, worked and reported; who back-dated was exposed.",
    "headline_failed": "The demonstration failed: something did not happen as it must.",
    "failures": "What failed",
    "failed_proof": "The path of the proof does not lead to the root of the tree",
    "tally": "{steps_ok} of {steps} steps passed, {refused} of {attacks} attacks were refused. "
    "Running time: {seconds}.",
    "made_at": "Made at",
    "fingerprint": "Trusted root fingerprint",
    "fingerprint_note": (
        "The key fingerprint of the demonstration's national directory authority. In real use it is handed over on "
        "paper and typed in; never take it from the machine that is to be checked."
    ),
    "verify": "The line that verifies the evidence",
    "verify_note": "Run it in the folder that holds this page. It needs no network and asks no station.",
    "story": "The story",
    "story_lead": "Each step says what was done and what that proves.",
    "proves": "Proves:",
    "would_prove": "Should have proved:",
    "step_ok": "Passed",
    "step_failed": "Failed",
    "document": "The document",
    "page_alt": "Page {n} of {count} of the specimen review",
    "page_caption": "Page {n}/{count}",
    "no_pages": "There is no page image of the document.",
    "facts": "Facts of the document",
    "board": "The board",
    "goals": "Goals against time",
    "board_lead": "One row for each unit; read from left to right to see how far it is. Nobody had to be asked.",
    "board_caption": "Who received, acknowledged, studied, reported; who is late",
    "addressee": "Unit, progress",
    "not_yet": "not yet",
    "board_empty": "There is no addressee yet.",
    "books": "The books",
    "books_lead": "The books are filled in by the records of the journal; nobody can add a line by hand.",
    "books_empty": "There are no books yet.",
    "book_empty": "The book has no entries yet.",
    "scroll": "Wide table: scroll sideways to see all columns.",
    "proof": "The proof in the journal",
    "proof_lead": (
        "Think of the station's journal as a ledger stamped across the edges of its pages. Each record is condensed "
        "into a hash: change one letter and the hash changes. Two neighbouring hashes are joined into one on the row "
        "above, and so on up to the root of the tree; the station signs that root, and this is the checkpoint."
    ),
    "proof_clerk": (
        "To alter, remove or insert a record, the root would have to change, but others already hold the signed "
        "checkpoint. With nothing more than the hashes drawn below, anyone can compute the path from the record to the "
        "root again, without trusting the station and without seeing any other record."
    ),
    "proof_record": "Record proven",
    "proof_journal": "Journal",
    "proof_place": "Place",
    "proof_place_value": "leaf {index} (counted from 0) of {size} records",
    "proof_result": "Computed again",
    "proof_ok": "It matches: the hashes lead from the record to the root.",
    "proof_failed": "It does not match: the hashes do not lead to the root.",
    "proof_none": "There is no proof in this run.",
    "proof_figure": (
        "Red frame: the record and the checkpoint. Solid frame: a hash that is computed again. Dashed frame: a "
        "neighbouring hash, taken from the proof. Dot: where two hashes become one."
    ),
    "proof_values": "The full values, to check each step",
    "proof_table": "The path from the record to the root",
    "proof_level": "Row",
    "proof_node": "Hash on the path",
    "proof_sibling": "Neighbouring hash",
    "proof_rule": "Joining: SHA-256 of the byte 01, the left hash, the right hash.",
    "proof_alone": "The only record, so it is the root as well.",
    "checkpoint": "The checkpoint, word for word",
    "side_left": "left",
    "side_right": "right",
    "tree_title": "The path from the record to the root of the journal",
    "tree_desc": (
        "From the bottom: leaf {index} ({leaf}); neighbouring hashes: {siblings}; root {root}; on top the checkpoint "
        "signed by {origin} over {size} records."
    ),
    "tree_none": "none",
    "tree_checkpoint": "Signed checkpoint",
    "tree_size": "{size} records",
    "tree_root": "root",
    "tree_not_root": "NOT the root",
    "tree_leaf": "This record: leaf {index}",
    "attacks": "The attacks",
    "attacks_lead": "Wrong on purpose, to see the system refuse and say why.",
    "attacks_empty": "Nothing was attacked.",
    "refused": "Refused",
    "not_refused": "Not refused",
    "code": "Error code",
    "answer": "The system answered",
    "no_answer": "(no answer)",
    "next": "What next",
    "next_lead": "The stations of the demonstration are still in this folder; go on by hand.",
    "footer": "This page is one self-contained file: it loads nothing from a network and runs no program.",
}

LABELS = {"vi": VI, "en": EN}
