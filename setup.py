"""Metadata and dependencies of Qalqan; Beam workers install the project from here (``--setup_file``)."""

from setuptools import setup

PACKAGES = [
    "evidence",
    "embeddings",
    "watchlist",
    "crawlers",
    "detectors",
    "pipelines",
    "triage",
    "qalqan",
    "qalqan.commands",
    "qalqan.demo",
]

setup(
    name="qalqan",
    version="0.1.0",
    description="Scam-ad monitoring: from an ad library page to an explained takedown candidate",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=PACKAGES,
    package_data={
        "": [
            "py.typed",
            "*.toml",
            "templates/*.html",
            "templates/*.md",
            "static/*",
            "manifests/*.toml",
            "data/*.toml",
            "data/*.npz",
            "data/voice/*",
        ],
    },
    install_requires=[
        # The job
        "apache-beam>=2.77,<3",
        "pyarrow>=25",
        "numpy>=2.4",
        "scipy>=1.17",
        "threadpoolctl>=3.5",
        "numba>=0.68",
        "matplotlib>=3.11",
        "cryptography>=50",
        "cattrs>=25.1",
        "fsspec>=2026.1",
        # Crawling
        "playwright>=1.65",
        "yt-dlp>=2026.7.4",  # CVE-2026-55404 and earlier: code execution through crafted pages
        "httpx>=0.28",
        "h11>=0.16",  # CVE-2025-43859: request smuggling in chunked bodies
        "selectolax>=0.3",
        "tldextract>=5.3",
        "confusable-homoglyphs>=3.3.1",
        "idna>=3.10",  # CVE-2024-3651 was fixed in 3.7: quadratic time on crafted names
        # Media and models
        "av>=18",
        "opencv-python>=5.0",
        "pillow>=12.0",
        "dlib-bin>=20",
        "pdqhash>=0.2.8",
        "pyacoustid>=1.3.1",  # needs the system's libchromaprint; without it copies with sound are not recognised
        # The open model pack: exact, because its manifest states the SHA-256 of their files. mediapipe==0.10.21, whose face mesh
        # it names too, is none of them: what it depends on excludes ours, so infra/setup.sh installs it without (--no-deps)
        "face-recognition-models==0.3.0",
        "resemblyzer==0.1.4",
        "silero-vad==6.2.3",
        # Reading what is written in pictures; of the first only the weights are used, whose SHA-256 a manifest states
        "rapidocr-onnxruntime==1.4.4; python_version < '3.13'",
        "tesserocr>=2.8",  # Tesseract 5.5; its languages are the system's (infra/setup.sh)
        "py3langid>=0.4",
        "librosa>=0.11",
        "onnx>=1.23",
        "onnxruntime>=1.31",
        "insightface>=2.1",
        "transformers>=5.23",
        "huggingface-hub>=2.4",
        "safetensors>=0.8",
        "torch>=2.6",  # CVE-2025-32434: weights_only=True was no protection before 2.6
        "faiss-cpu>=1.15",
        "c2pa-python>=0.37",
        # Console and command line
        "fastapi>=0.165",
        "uvicorn>=0.54",
        "jinja2>=3.1.6",  # CVE-2025-27516: sandbox breakout
        "python-multipart>=0.0.18",  # CVE-2024-53981: form parser denial of service
        "sqlalchemy>=2.1",
        "argon2-cffi>=25.1",
        "itsdangerous>=2.2",
        "typer>=0.29",
        "rich>=15",
        "structlog>=26.1",
    ],
    extras_require={
        # Parts that the demo and the tests build their fake world from
        "demo": ["scikit-image>=0.26"],
        "dev": [
            "ruff>=0.17",
            "mypy>=2.4",
            "import-linter>=2.16",
            "pytest>=9.2",
            "pytest-timeout>=2.4",
            "pytest-xdist>=3.8",
            "hypothesis>=6.170",
            "soundfile>=0.13",
            "scikit-learn>=1.9",  # the alternatives that tests/train_face_blend.py compares with
        ],
    },
    entry_points={"console_scripts": ["qalqan=qalqan.main:main"]},
)
